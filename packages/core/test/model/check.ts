import fc from 'fast-check'
import type { Core } from './core.js'
import { play } from './play.js'
import { type Scenario, scenarios } from './scenario.js'

export type Details = fc.RunDetails<[Scenario]>

/** Plays random scenarios; fast-check makes the one that fails as small as it can. */
export async function checkModel(
  core: Core,
  parameters: fc.Parameters<[Scenario]>,
): Promise<Details> {
  return fc.check(
    fc.asyncProperty(scenarios, (scenario) => play(core, scenario)),
    parameters,
  )
}

/** What went wrong, in which scenario, and how to play it again. */
export function report({
  counterexample,
  counterexamplePath,
  errorInstance,
  seed,
}: Details): string {
  const again = `MODEL_SEED=${seed} MODEL_PATH=${counterexamplePath}`
  const what = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance)
  const [{ actions, ...rest }] = counterexample ?? [{ actions: [] }]
  const lines = [rest, ...actions].map((each) => `  ${JSON.stringify(each, withoutDefaults)}`)
  return [what, ...lines, `To play it again: ${again}`].join('\n')
}

/** For a reader: a scenario is long, and little of it is out of the ordinary. */
function withoutDefaults(key: string, value: unknown): unknown {
  const isUsual = defaults.has(`${key}: ${JSON.stringify(value)}`)
  if (isUsual) return undefined
  return value === Infinity ? 'Infinity' : value
}

const defaults = new Set([
  'burns: 0',
  'times: 1',
  'timeout: false',
  'queueTimeout: false',
  'when: "always"',
  'onFailure: "continue"',
  'cancelsItself: false',
  'asyncContext: false',
  'blockedWarning: 100',
  'adds: []',
  'turns: true',
  'retries: {"attempts":1,"delay":0,"factor":1}',
])
