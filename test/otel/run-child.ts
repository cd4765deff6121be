import path from 'node:path'
import { onSources, root, runNode } from '../guides/child.js'
import type { Told } from './sdk.js'

const child = path.join(import.meta.dirname, 'child.ts')

/** Runs a scenario in a process of its own: instrumentations patch modules. */
export async function tell(scenario: string, given: object): Promise<Told> {
  const { stdout, stderr } = await runNode(
    [...onSources, child, scenario, JSON.stringify(given)],
    {},
    root,
  )
  const last = stdout.trim().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`The child has failed: ${stdout}${stderr}`)
  return JSON.parse(last)
}
