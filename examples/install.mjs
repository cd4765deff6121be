// node examples/install.mjs <folder>: runs before anything is installed, so it is plain JavaScript on
// Node's own modules.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const read = (file) => JSON.parse(readFileSync(new URL(file, root), 'utf8'))
const { packageManager } = read('package.json')
const { name } = read(`examples/${process.argv[2]}/package.json`)

// A fresh clone gets what the example needs and no more: for the demo 33 MB instead of 260. In a
// checkout that is set up for development, --prod would take vitest, biome and tsc away again.
const isSetUp = existsSync(new URL('node_modules/vitest', root))
const what = isSetUp ? 'install' : `--filter ${name}... install --prod`

const { status } = spawnSync(`npx --yes ${packageManager} ${what} --frozen-lockfile`, {
  cwd: fileURLToPath(root),
  shell: true,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
