import { startSdk } from './sdk.js'

// The child: an application that starts the SDK first, answers one request, and tells its spans.

const [, , scenario = '', given = '{}'] = process.argv
const { config, ...rest } = JSON.parse(given)
const { report } = startSdk(config)

async function main(): Promise<void> {
  // Loaded when the SDK has started: it patches what is loaded then.
  const { scenarios } = await import('./scenarios.js')
  await scenarios[scenario as keyof typeof scenarios](rest)
  console.log(JSON.stringify(await report()))
  process.exit(0)
}

void main()
