// npm run check:packages: what npm would be given. Packs each package and looks at the tarball:
// publint (strict), "are the types wrong", and that nothing is in it that should not be.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(path.join(os.tmpdir(), 'backgrounder-'))
const run = (command, args) =>
  execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

const required = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'dist/index.js',
  'dist/index.d.ts',
]
const allowed =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|src\/[\w-]+\.ts|dist\/[\w-]+\.(js|d\.ts)(\.map)?)$/

try {
  run('npx', [
    '--yes',
    'pnpm@10.34.9',
    '-r',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    folder,
  ])
  for (const name of readdirSync(folder).sort()) {
    const tarball = path.join(folder, name)
    const files = run('tar', ['-tzf', tarball])
      .trim()
      .split('\n')
      .map((file) => file.replace(/^package\//, ''))
    const wrong = files.filter((file) => !allowed.test(file))
    const missing = required.filter((file) => !files.includes(file))
    if (wrong.length + missing.length > 0) {
      throw new Error(`${name} has [${wrong}], which it should not, and not [${missing}]`)
    }
    run('npx', ['publint', 'run', tarball, '--strict'])
    run('npx', ['attw', tarball])
    console.log(`${name}: ${files.length} files`)
  }
} catch (error) {
  console.error(error.stdout ?? '', error.message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
