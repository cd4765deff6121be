import { execFileSync } from 'node:child_process'
import path from 'node:path'

// A thread runs what was built, and so does a page's block that has one: the condition by which the tests find the sources is not its own.
export default function buildThreads(): void {
  const root = path.join(import.meta.dirname, '..')
  execFileSync('npx', ['tsc', '-b', 'packages/threads', 'packages/express'], {
    cwd: root,
    stdio: 'inherit',
  })
}
