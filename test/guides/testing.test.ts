import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onSources, root, runNode } from './child.js'

// Every block of docs/testing.md is a file of tests, which the runner that it is written for runs in a
// process of its own; and what the page says of fake timers is shown with each runner.

const page = readFileSync(path.join(root, 'docs/testing.md'), 'utf8')
const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code as string)
const require = createRequire(import.meta.url)
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(import.meta.dirname, '.run-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** How many tests have passed and failed. */
interface Counts {
  readonly passed: number
  readonly failed: number
}

/** What `setImmediate` faked does to a task, by the runner's defaults. */
const whenFaked = (enable: string, disable: string) => `
  ${enable}
  const run = background(() => {}, { name: 'hello' })()
  for (let turn = 0; turn < 20; turn += 1) await new Promise(turnOfNode)
  const { state } = run
  ${disable}
  if (state !== 'ready') throw new Error(state)
`
const turnOfNode = 'const turnOfNode = setImmediate'
const core = "import { background } from '@backgrounder/core'"

interface Runner {
  readonly imports: string
  run(codes: readonly string[]): Promise<Counts>
  /** A test which shows that by default no task starts under the runner's fake timers. */
  readonly faked: string
}

const runners: Record<string, Runner> = {
  vitest: {
    imports: "from 'vitest'",
    faked: `${core}\nimport { it, vi } from 'vitest'\n${turnOfNode}
it('no task starts', async () => {${whenFaked('vi.useFakeTimers()', 'vi.useRealTimers()')}})`,
    async run(codes) {
      await write('vitest', codes, 'check.mts')
      const config = `export default {
        ssr: { resolve: { conditions: ['@backgrounder/source', 'module', 'node'] } },
        test: { include: ['vitest-*.check.mts'] },
      }`
      await writeFile(path.join(folder, 'vitest.config.mjs'), config)
      const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
      return counts(await runNode([vitest, 'run', '--root', folder, '--reporter=json']))
    },
  },
  jest: {
    imports: "from '@jest/globals'",
    faked: `${core}\nimport { jest, test } from '@jest/globals'\n${turnOfNode}
test('no task starts', async () => {${whenFaked('jest.useFakeTimers()', 'jest.useRealTimers()')}})`,
    async run(codes) {
      await write('jest', codes, 'spec.ts')
      // The packages are run from their sources here: that is what has to be transformed.
      const config = {
        rootDir: root,
        roots: [folder],
        testMatch: ['**/jest-*.spec.ts'],
        testEnvironmentOptions: { customExportConditions: ['@backgrounder/source', 'node'] },
        moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
        transform: { '\\.ts$': path.join(folder, 'to-commonjs.cjs') },
        cacheDirectory: path.join(folder, 'cache'),
        watchman: false,
      }
      await writeFile(path.join(folder, 'jest.json'), JSON.stringify(config))
      await writeFile(path.join(folder, 'to-commonjs.cjs'), toCommonJs)
      const jest = path.join(path.dirname(require.resolve('jest/package.json')), 'bin/jest.js')
      const args = [jest, '--json', '--config', path.join(folder, 'jest.json')]
      return counts(await runNode(args))
    },
  },
  'node:test': {
    imports: "from 'node:test'",
    faked: `${core}\nimport test from 'node:test'\n${turnOfNode}
test('no task starts', async ({ mock }) => {
  ${whenFaked('mock.timers.enable()', 'mock.timers.reset()')}})`,
    async run(codes) {
      const files = await write('node', codes, 'mts')
      const { stdout, stderr } = await runNode([
        ...onSources,
        '--test',
        '--test-reporter=tap',
        ...files,
      ])
      const number = (what: string) =>
        Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1])
      const ended = { passed: number('pass'), failed: number('fail') }
      if (ended.failed > 0) throw new Error(stdout + stderr)
      return ended
    },
  },
}

const toCommonJs = `
const { transpileModule } = require('typescript6')
exports.process = (code) => ({
  code: transpileModule(code, {
    compilerOptions: { module: 'CommonJS', target: 'ES2022', esModuleInterop: true },
  }).outputText,
})
`

async function write(runner: string, codes: readonly string[], end: string): Promise<string[]> {
  const files = codes.map((_, index) => path.join(folder, `${runner}-${index}.${end}`))
  await Promise.all(files.map((file, index) => writeFile(file, codes[index] as string)))
  return files
}

/** What vitest and jest tell as JSON. */
function counts({ stdout, stderr }: { stdout: string; stderr: string }): Counts {
  const told = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Record<string, unknown>
  if (told.success !== true) throw new Error(stdout + stderr)
  return { passed: Number(told.numPassedTests), failed: Number(told.numFailedTests) }
}

describe.each(Object.entries(runners))('%s', (_, { imports, run, faked }) => {
  const own = blocks.filter((code) => code.includes(imports))
  const tests = own.join('').match(/^(it|test)\(/gm)?.length ?? 0

  it('runs the blocks of the page, and shows that by default no task starts', async () => {
    expect(own.length).toBeGreaterThan(1)
    expect(await run([...own, faked])).toEqual({ passed: tests + 1, failed: 0 })
  }, 120_000)
})

it('no block is left out', () => {
  const imports = Object.values(runners).map((runner) => runner.imports)
  const owners = blocks.map((code) => imports.filter((each) => code.includes(each)).length)
  expect(owners).toEqual(blocks.map(() => 1))
})
