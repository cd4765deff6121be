import { execFile } from 'node:child_process'
import path from 'node:path'

export const root = path.join(import.meta.dirname, '../..')

export interface Ended {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

/** Runs Node.js with these arguments, on the sources of the packages, and waits for its end. */
export function runNode(
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = root,
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...clean, ...env }, timeout: 120_000 }
    const child = execFile(process.execPath, args, options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

export const onSources: readonly string[] = ['--import', 'tsx', '--conditions=@backgrounder/source']

// What the test runner sets for itself, or a developer for his terminal, is not for the child.
const own = /^(VITEST|NODE_|FORCE_COLOR|NO_COLOR|TEST$|DEV$|PROD$|MODE$)/
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
