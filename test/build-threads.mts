import { execFileSync } from 'node:child_process'
import path from 'node:path'

// A thread runs what was built: the condition by which the tests find the sources is not its own.
export default function buildThreads(): void {
  const root = path.join(import.meta.dirname, '..')
  execFileSync('npx', ['tsc', '-b', 'packages/threads'], { cwd: root, stdio: 'inherit' })
}
