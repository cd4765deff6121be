// npm run release: gives every package whose version npm has not yet, built and checked, to npm.
// A dry run: `-- --publish` is the real one. Provenance needs the CI of the public repository, with
// leave to ask for its identity token; npm refuses it elsewhere.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const { publish } = parseArgs({ options: { publish: { type: 'boolean', default: false } } }).values

function run(program, ...args) {
  const env = { ...process.env, NPM_CONFIG_PROVENANCE: 'true' }
  const { status, error } = spawnSync(program, args, { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`, { cause: error })
}

const packages = readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}/`)
const untrue = ['', ...packages]
  .map((folder) => `${folder}README.md`)
  .filter((page) => readFileSync(path.join(root, page), 'utf8').includes('not on npm yet'))
if (publish && untrue.length > 0) {
  throw new Error(`${untrue.join(', ')}: not on npm yet? Say what is true from this release on.`)
}
run('npm', 'run', 'check:packages')
const pnpm = ['--yes', 'pnpm@10.34.9', '-r', '--filter', './packages/*']
// A real one asks pnpm to look at git: on main, with nothing uncommitted, and not behind.
const how = publish ? ['--publish-branch', 'main'] : ['--dry-run', '--no-git-checks']
run('npx', ...pnpm, 'publish', '--access', 'public', ...how)
if (publish) run('npx', 'changeset', 'tag')
else console.log('A dry run: nothing was published. `npm run release -- --publish` does.')
