import { existsSync, readdirSync } from 'node:fs'
import { rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { bundle } from '../shutdown/bundle.js'
import { makeFolder, moduleName, writeModule } from './compile.js'
import { isShown, readSteps, send } from './console.js'
import { type Block, readPages, root } from './pages.js'
import { Program } from './program.js'

// Every TypeScript block that can run does so, as it stands, in a process of its own. It prints what
// the `console` block behind it shows, and without one nothing.

/** Its blocks get real signals, in a test of their own. */
const elsewhere = new Map([['docs/shutdown.md', 'test/shutdown/docs.test.ts']])

const blocks = readPages().flatMap((page) => page.blocks.filter(canRun))
const place = ({ page, line }: Block) => `${page}:${line}`
let folder: string

/** A block alone: no file of tests, and not of an app that is only declared. */
function canRun({ page, code, isRun }: Block): boolean {
  if (!isRun || elsewhere.has(page)) return false
  return !/^import .*from '(vitest|node:test|@jest\/globals)'/m.test(code) && !isPart(code)
}

function usesThreads({ code }: Block): boolean {
  return code.includes("from '@backgrounder/threads'")
}

/** What listens for its own requests alone closes, and so the program ends by itself. */
function asksItself({ code }: Block): boolean {
  return code.includes("from 'supertest'")
}

function isPart(code: string): boolean {
  return /^declare (const|let|function|class)/m.test(code)
}

beforeAll(async () => {
  const sources = await makeFolder()
  // BullMQ, and what it needs, is not a dependency of the workspace itself.
  const packages = path.join(root, 'packages/bullmq/node_modules')
  await symlink(packages, path.join(sources, 'node_modules'), 'junction')
  folder = path.join(sources, 'built')
  const files: string[] = []
  for (const block of blocks) files.push(await writeModule(sources, block))
  // What is required where it is needed stays where it is.
  const external = ['@electric-sql/pglite', 'ioredis']
  // A thread loads what was built, and so does a block that has threads: there is one copy of core.
  const built = readdirSync(path.join(root, 'packages')).map((name) => `@backgrounder/${name}`)
  const isThreaded = (_: string, index: number) => usesThreads(blocks[index] as Block)
  const others = files.filter((file, index) => !isThreaded(file, index))
  await bundle(others, folder, { external })
  await bundle(files.filter(isThreaded), folder, { external: [...external, ...built] })
  for (const { own, code } of blocks) if (own) await writeFile(path.join(folder, own), code)
  return () => rm(sources, { recursive: true })
}, 60_000)

describe.concurrent.each(blocks.map((block) => [place(block), block] as const))(
  '%s',
  (_, block) => {
    it('runs, and prints what the page says', { timeout: 60_000 }, async () => {
      const program = new Program(folder, block)
      const port = await program.port
      const steps = readSteps(block.prints ?? '')
      if (port === undefined || asksItself(block)) {
        const code = await program.end
        for (const { shown } of steps) shows(shown, program.printed)
        expect(code).toBe(0)
        return
      }
      let before = ''
      for (const { request, shown } of steps) {
        const answer = request ? await send(request, port) : ''
        const printed = () => `${answer}\n${program.printed.slice(before.length)}`
        await vi.waitFor(() => shows(shown, printed()), { timeout: 20_000, interval: 20 })
        before = program.printed
      }
      const stops = /process\.(on|once)\('SIGTERM'/.test(block.code)
      program.kill('SIGTERM')
      expect(await program.end).toBe(stops ? 0 : 'SIGTERM')
      expect(program.printed).toBe(before)
    })
  },
)

/** @throws the difference, where it is not what the page shows. */
function shows(shown: string, printed: string): void {
  if (!isShown(shown, printed)) expect(printed.trim()).toBe(shown.trim())
}

it('what runs elsewhere does so', () => {
  for (const test of elsewhere.values()) expect(existsSync(path.join(root, test))).toBe(true)
})

it('each block is a module of its own', () => {
  expect(new Set(blocks.map(moduleName)).size).toBe(blocks.length)
})
