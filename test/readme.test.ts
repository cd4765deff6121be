import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'

// Every TypeScript block of the README runs here, as it stands but for the port; what the README
// says that it prints, it prints.

const folder = path.join(__dirname, '.readme')
const readme = path.join(__dirname, '..', 'README.md')
let blocks: string[]
let server: Server | undefined

beforeAll(async () => {
  blocks = [...(await readFile(readme, 'utf8')).matchAll(/```ts\n(.*?)```/gs)].map(
    ([, code]) => code as string,
  )
  await mkdir(folder, { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
  vi.restoreAllMocks()
})

const ran = new Set<number>()

/** Runs the one block that has `mark` in it; gives back the lines that it prints from then on. */
async function run(mark: string): Promise<string[]> {
  const found = blocks.flatMap((code, index) => (code.includes(mark) ? [index] : []))
  expect(found).toHaveLength(1)
  const [index] = found as [number]
  ran.add(index)
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line) => lines.push(line))
  const code = (blocks[index] as string)
    .replace('app.listen(3000)', 'app.listen(0)')
    .replace(/^(const server = )?app\.listen/m, 'export const server = app.listen')
    .replace(
      'await app.listen({ port: 3000 })',
      'await app.listen({ port: 0 })\nexport const { server } = app',
    )
  const file = path.join(folder, `block-${index}.ts`)
  await writeFile(file, code)
  server = ((await import(file)) as { server?: Server }).server
  return lines
}

const url = (pathname: string) =>
  `http://127.0.0.1:${((server as Server).address() as AddressInfo).port}${pathname}`

it('Express: the answer, then the e-mail', async () => {
  const lines = await run("app.post('/signup'")
  const answer = await fetch(url('/signup'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"email":"ada@example.com"}',
  })
  expect(await answer.text()).toBe('{"ok":true}')
  await vi.waitFor(() => expect(lines).toEqual(['welcome, ada@example.com']))
})

it('Koa', async () => {
  const lines = await run('ctx.tasks.addTask')
  expect(await (await fetch(url('/here'))).json()).toEqual({ ok: true })
  await vi.waitFor(() => expect(lines).toEqual(['visited /here']))
})

it('Fastify', async () => {
  const lines = await run('request.tasks.addTask')
  expect(await (await fetch(url('/report'))).json()).toEqual({ ok: true })
  await vi.waitFor(() => expect(lines).toEqual(['reported /report']))
})

it('Task and Tasks', async () => {
  const lines = await run('new Tasks([task,')
  const list = ['ops@example.com: disk full', 'ada@example.com: hello', 'bob@example.com: hello']
  expect(lines).toEqual(['ops@example.com: disk full', ...list, ...list])
})

it('background', async () => {
  expect(await run('background(sendEmail')).toEqual([
    'welcome, ada@example.com',
    'welcome-mail succeeded',
  ])
})

it('policies', async () => {
  const report = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await run('retries: {')).toEqual(['webhook failed after 4 attempts'])
  expect(report.mock.calls.join()).toContain('task webhook failed · attempt 4/4 · ')
})

it('testing', async () => {
  expect(await run('createRecorder()')).toEqual([[]])
})

it('another property', async () => {
  expect(await run("property: 'background'")).toEqual([])
})

it('stopping', async () => {
  const before = new Set(process.listeners('SIGTERM'))
  await run("process.once('SIGTERM'")
  const [stop] = process.listeners('SIGTERM').filter((listener) => !before.has(listener))
  process.off('SIGTERM', stop as NodeJS.SignalsListener)
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never)
  ;(stop as () => void)()
  await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(0))
  expect(server?.listening).toBe(false)
})

it('and no block was left out', () => {
  expect(ran.size).toBe(blocks.length)
})
