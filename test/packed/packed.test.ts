import { readdir, readFile, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { install, makeFolder, pack, packages, run, type Tarball } from './project.js'

let folder: string
let tarballs: Tarball[]
const projects: Record<string, string> = {}

beforeAll(async () => {
  folder = await makeFolder()
  tarballs = []
  for (const name of packages) tarballs.push(await pack(name, folder))
  for (const type of ['commonjs', 'module'] as const) {
    projects[type] = await install(folder, type, tarballs)
  }
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

function tarball(name: string): Tarball {
  const found = tarballs.find((packed) => packed.name === name)
  if (!found) throw new Error(`There is no tarball of ${name}`)
  return found
}

describe.each(packages)('the tarball of @backgrounder/%s', (name) => {
  test('holds for each source its module, its declarations and their maps, and nothing else', async () => {
    const sources = await readdir(join(import.meta.dirname, '../../packages', name, 'src'))
    const built = ['.js', '.js.map', '.d.ts', '.d.ts.map']
    const expected = sources.flatMap((source) => [
      `src/${source}`,
      ...built.map((ending) => `dist/${source.replace(/\.ts$/, ending)}`),
    ])
    const optional = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']
    const files = tarball(name).files.filter((file) => !optional.includes(file))
    expect(files.sort()).toEqual(expected.sort())
  })

  test('asks for real versions of the other packages', () => {
    const { dependencies = {} } = tarball(name).manifest
    for (const [dependency, version] of Object.entries(dependencies)) {
      expect(version, dependency).toMatch(/^\d+\.\d+\.\d+$/)
      const own = packages.find((other) => dependency === `@backgrounder/${other}`)
      if (own) expect(version).toBe(tarball(own).manifest.version)
    }
    expect(JSON.stringify(tarball(name).manifest)).not.toContain('workspace:')
  })
})

const smoke = [
  'express: handler, response, task; 0 pending, 1 succeeded',
  'koa: handler, response, task; 0 pending, 1 succeeded',
  'fastify: handler, response, task; 0 pending, 1 succeeded',
  'hono: handler, response, task; 0 pending, 1 succeeded',
  'durable: stored, run',
  'threads: a task, and a call',
  'otel: request > process mail',
  'monitor: a page, and a task on it',
  'one core',
]

describe.each([
  ['commonjs', 'smoke-require.cjs'],
  ['commonjs', 'smoke-import.mjs'],
  ['module', 'smoke-import.mjs'],
  ['module', 'smoke-require.cjs'],
] as const)('a %s project with %s', (type, script) => {
  test('runs tasks after the response of every framework on the current Node', async () => {
    const printed = await run(projects[type] as string, process.execPath, script)
    const [major] = process.versions.node.split('.')
    expect(printed.trim().split('\n')).toEqual([`node ${major}`, ...smoke])
  })

  test('runs tasks after the response of every framework on Node 24', async () => {
    const printed = await run(projects[type] as string, 'npx', '--yes', 'node@24', script)
    expect(printed.trim().split('\n')).toEqual(['node 24', ...smoke])
  })
})

describe.each(['commonjs', 'module'])('a %s project', (type) => {
  test('compiles what the README shows, and refuses what it says is refused', async () => {
    const project = projects[type] as string
    const tsc = join(project, 'node_modules/typescript/bin/tsc')
    expect(await run(project, process.execPath, tsc, '-p', 'tsconfig.json')).toBe('')
    expect(await run(project, process.execPath, tsc, '-p', 'tsconfig.koa.json')).toBe('')
  })

  test('is tested by Jest, without a transform', async () => {
    const jest = join(projects[type] as string, 'node_modules/jest/bin/jest.js')
    const args = [jest, '--testRegex', 'tasks\\.jest\\.cjs$', '--transform', '{}']
    await run(projects[type] as string, process.execPath, ...args)
  })

  test('has one copy of core, and none of it from the workspace', async () => {
    const project = projects[type] as string
    const found = await run(project, 'npm', 'ls', '@backgrounder/core', '--all', '--parseable')
    expect(found.trim().split('\n')).toEqual([join(project, 'node_modules/@backgrounder/core')])
    for (const name of packages) {
      const installed = join(project, 'node_modules/@backgrounder', name)
      expect(await realpath(installed)).toBe(installed)
      const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
      expect(manifest).toEqual(expect.objectContaining(tarball(name).manifest))
    }
  })
})
