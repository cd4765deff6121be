// npm run bench: every figure with its control, as a ratio, in under twenty minutes and 15 more for the
// live page. With --write the tables go into docs/performance.md too; with --only <name> it is one
// section, such as live-page.
import { spawnSync } from 'node:child_process'
import { asyncContext, coreCpu, pendingBytes } from './core.js'
import { livePage } from './live-page/figures.js'
import { machine } from './machine.js'
import { writePart, writeParts } from './page.js'
import { counts, nextRequest, requestBytes, requestCpu } from './requests.js'
import { type Line, markdown, verdict } from './table.js'

interface Section {
  /** For `--only`. */
  readonly name: string
  readonly title: string
  measure(): Promise<Line[]>
}

const sections: Section[] = [
  {
    name: 'socket',
    title: 'CPU time per request over real sockets (scatters by tens of per cent; no targets)',
    measure: () => requestCpu('socket'),
  },
  {
    name: 'memory',
    title: 'CPU time per request over a connection in memory (an upper bound of the ratio)',
    measure: () => requestCpu('memory'),
  },
  { name: 'counts', title: 'What a request without a task makes', measure: counts },
  { name: 'bytes', title: 'Memory per request', measure: requestBytes },
  {
    name: 'core',
    title: 'The runner alone',
    measure: async () => [...(await coreCpu()), ...(await pendingBytes())],
  },
  { name: 'async-context', title: 'The option asyncContext', measure: asyncContext },
  { name: 'next-request', title: 'The next request on the connection', measure: nextRequest },
  {
    name: 'live-page',
    title: 'The live page: CPU time per request at 2,000 requests a second, one task each',
    measure: livePage,
  },
  {
    name: 'sizes',
    title: 'What a user loads, bundled, minified and gzipped',
    measure: async () => sizes(),
  },
]

function sizes(): Line[] {
  // It exits with 1 beyond a limit, which is for `npm run size` to say.
  const { stdout } = spawnSync('npx', ['size-limit', '--json'], { cwd: root, encoding: 'utf8' })
  const measured = JSON.parse(stdout) as { name: string; size: number }[]
  return measured.map(({ name, size }) => {
    const target = name === 'core' ? 6 : 9
    return {
      figure: '9',
      what: name,
      framework: '',
      value: `${(size / 1000).toFixed(2)} kB`,
      target: `≤ ${target} kB`,
      verdict: verdict(size / 1000, target),
    }
  })
}

const root = new URL('../../', import.meta.url)
const started = performance.now()
const at = process.argv.indexOf('--only')
const only = at === -1 ? undefined : process.argv[at + 1]
const chosen = at === -1 ? sections : sections.filter(({ name }) => name === only)
if (chosen.length === 0) {
  const names = sections.map(({ name }) => name).join(', ')
  throw new Error(`Expected --only to be one of ${names}, got \`${only}\``)
}
const parts: string[] = []
console.log(machine())
for (const { title, measure } of chosen) {
  const part = `### ${title}\n\n${markdown(await measure())}`
  const minutes = ((performance.now() - started) / 60_000).toFixed(1)
  console.log(`\n${part}\n\n(${minutes} minutes so far)`)
  parts.push(part)
}
console.log(`\n${((performance.now() - started) / 60_000).toFixed(1)} minutes`)

if (process.argv.includes('--write')) {
  if (at === -1) writeParts([machine(), ...parts])
  else writePart(parts[0] as string)
}
