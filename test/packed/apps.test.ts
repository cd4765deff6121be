import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compilers, print } from '../types/compiler.js'
import { makeFolder, pack, run, type Tarball, versionsOf } from './project.js'

// An app in TypeScript for each framework, as its user has it: only what the README installs, and no
// `skipLibCheck`. Once with today's framework, once with the oldest that its package says will do. And
// one that has threads and no framework.
const typesOf: Record<string, { today?: string; oldest?: Record<string, string> }> = {
  express: { today: '@types/express', oldest: { '@types/express': '4.17.25' } },
  koa: { today: '@types/koa', oldest: { '@types/koa': '2.15.2' } },
  fastify: {},
  hono: { oldest: { '@types/ws': '8.18.1' } }, // its server's own types need them
  threads: {},
}
// The old way of the compiler's options with the oldest compiler; each takes its time.
const newest = ['tsconfig.json', 'tsconfig.classic.json'].map((config) => ['7.0', config] as const)
const ways = {
  today: [['5.4', 'tsconfig.classic.json'], ['6.0', 'tsconfig.json'], ...newest],
  oldest: newest,
} as const

let folder: string
const tarballs: Record<string, Tarball> = {}

beforeAll(async () => {
  folder = await makeFolder()
  for (const name of ['core', 'http', ...Object.keys(typesOf)]) {
    tarballs[name] = await pack(name, folder)
  }
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe.each(Object.keys(typesOf))('an app on %s', (framework) => {
  const ages = framework === 'threads' ? (['today'] as const) : (['today', 'oldest'] as const)
  describe.each(ages)('in the version: %s', (age) => {
    let project: string

    beforeAll(async () => {
      project = join(folder, `${framework}-${age}`)
      await mkdir(project)
      const own = ['core', 'http', framework].map(
        (name) => [`@backgrounder/${name}`, `file:${tarballs[name]?.path}`] as const,
      )
      const dependencies = { ...Object.fromEntries(own), ...(await dependenciesOf(framework, age)) }
      await writeFile(join(project, 'package.json'), JSON.stringify({ dependencies }))
      const apps = join(import.meta.dirname, 'apps')
      for (const [, config] of newest) await copyFile(join(apps, config), join(project, config))
      await copyFile(join(apps, `${framework}.ts`), join(project, 'app.ts'))
      if (framework === 'threads') await copyFile(join(apps, 'mail.ts'), join(project, 'mail.ts'))
      await run(project, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline')
    })

    // Hono's own types need TypeScript 5.7.
    const possible = ways[age].filter(([version]) => framework !== 'hono' || version !== '5.4')
    test.each(possible)('compiles with TypeScript %s by %s', async (version, config) => {
      const tsc = join(import.meta.dirname, '../../node_modules', compilers[version], 'bin/tsc')
      expect(await print(tsc, '-p', join(project, config), '--pretty', 'false')).toBe('')
    })

    test('runs its tasks after the answer, and a drain ends it', async () => {
      const printed = await run(project, process.execPath, 'dist/app.js')
      expect(printed.trim().split('\n').sort()).toEqual(['mail to ada', 'ok', 'true', 'visited'])
    })
  })
})

async function dependenciesOf(
  framework: string,
  age: 'today' | 'oldest',
): Promise<Record<string, string>> {
  const peers = tarballs[framework]?.manifest.peerDependencies ?? {}
  const { today, oldest } = typesOf[framework] ?? {}
  const types = today ? ['@types/node', today] : ['@types/node']
  const ofToday = await versionsOf(...Object.keys(peers), ...types)
  if (age === 'today') return ofToday
  // `>=4.16 <6` says that 4.16.0 will do.
  const least = Object.entries(peers).map(([name, range]) => {
    const [, major, minor = '0'] = /^>=(\d+)(?:\.(\d+))? <\d+$/.exec(range) ?? []
    if (!major) throw new Error(`${name}: ${range} is no range with two ends`)
    return [name, `${major}.${minor}.0`] as const
  })
  return { ...ofToday, ...Object.fromEntries(least), ...oldest }
}
