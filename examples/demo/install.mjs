// Runs before anything is installed: plain JavaScript, on Node's own modules.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)
const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))

// A fresh clone gets what the demo needs and no more: 33 MB instead of 260. In a checkout that is
// set up for development, --prod would take vitest, biome and tsc away again.
const isSetUp = existsSync(new URL('node_modules/vitest', root))
const what = isSetUp ? 'install' : '--filter @backgrounder/demo... install --prod'

const { status } = spawnSync(`npx --yes ${packageManager} ${what} --frozen-lockfile`, {
  cwd: fileURLToPath(root),
  shell: true,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
