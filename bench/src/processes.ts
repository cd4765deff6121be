import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Samples } from './statistics.js'

const run = promisify(execFile)

// As in production, and with nothing that is printed for somebody who looks for a fault.
const env = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', NODE_DEBUG: '' }

/** Runs one of the measuring programs of this folder; gives back what it prints. */
export async function measure(
  program: string,
  args: readonly (string | number)[],
  flags: readonly string[] = [],
): Promise<Samples> {
  const file = path.join(import.meta.dirname, `${program}.js`)
  const { stdout } = await run(process.execPath, [...flags, file, ...args.map(String)], {
    env,
    maxBuffer: 64 * 1024 * 1024,
    timeout: 300_000,
  })
  return JSON.parse(stdout) as Samples
}
