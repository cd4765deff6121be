import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http2 from 'node:http2'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { build, type Child, startScript } from './child.js'
import { endedAtOnce } from './end.js'

// Every TypeScript block of docs/shutdown.md runs here in a process of its own, as it stands but for
// the port, the work that it is given, and where a test says so the times.

const page = readFileSync(path.join(import.meta.dirname, '../../docs/shutdown.md'), 'utf8')
const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code as string)
const used = new Set<string>()

const handlers = {
  express: `app.use((req, res) => void work[req.url]?.({
    path: req.url, tasks: res.locals.tasks, raw: res, takeOver() {}, send: (body) => res.send(body),
  }))`,
  koa: `app.use(async (ctx) => {
    const send = (body: unknown) => { ctx.body = body }
    await work[ctx.url]?.({ path: ctx.url, tasks: ctx.tasks, raw: ctx.res, takeOver() {}, send })
  })`,
  fastify: `app.get('/*', async (request, reply) => {
    const send = (body: unknown) => void reply.send(body)
    await work[request.url]?.({ path: request.url, tasks: request.tasks, raw: reply.raw, send })
    return reply
  })`,
}

const tellPort = `
import { gate, open as openGate, routes as work } from '../work.js'
process.on('message', ({ open }) => openGate(open))
function tellPort() { process.send({ port: server.address().port }) }
if (server.listening) tellPort()
else server.on('listening', tellPort)
`

/** Runs the block that has `mark` in it, with other times where they are given. */
async function run(mark: string, times: Record<string, string> = {}): Promise<Child> {
  const [block, ...others] = blocks.filter((code) => code.includes(mark))
  expect([block !== undefined, others]).toEqual([true, []])
  let code = block as string
  used.add(code)
  for (const [from, to] of Object.entries(times)) {
    expect(code).toContain(from)
    code = code.replace(from, to)
  }
  if (code.includes("from 'fastify'")) {
    const listen = "await app.listen({ port: 0, host: '127.0.0.1' })"
    code = code.replace(
      'await app.listen({ port: 3000 })',
      `${handlers.fastify}\n${listen}\nconst { server } = app`,
    )
  } else {
    code = code.replace('.listen(3000)', ".listen(0, '127.0.0.1')")
    if (code.includes("from 'express'")) code += handlers.express
    // Koa takes no more middleware once it listens.
    if (code.includes("from 'koa'")) {
      code = code.replace('const server =', `${handlers.koa}\nconst server =`)
    }
  }
  return startScript(await build(`block-${randomUUID()}`, code + tellPort))
}

/** The server does not take new connections any more. */
async function refuses(child: Child): Promise<void> {
  await vi.waitFor(async () => expect(await child.newConnection()).toBe('ECONNREFUSED'), 20_000)
}

const worked = { code: 0, signal: null, report: '', stderr: '', ran: ['worked'] }

describe.concurrent.each([
  ['Express', 'process.exit(1) // a second signal', 'SIGTERM'],
  ['Fastify', 'await app.close()', 'SIGINT'],
  ['close-with-grace', 'closeWithGrace', 'SIGTERM'],
] as const)('%s', (name, mark, signal) => {
  it('exits with 0 once its task has ended', async () => {
    const child = await run(mark)
    await child.get('/work')
    await child.at('task')
    child.kill(signal)
    await refuses(child)
    child.open('task')
    expect(await child.end()).toEqual(worked)
  })

  it('exits with 1 when a task was abandoned', async () => {
    const child = await run(mark, { '20_000': '100' })
    await child.get('/stuck')
    await child.at('task')
    child.kill(signal)
    const { code, stderr } = await child.end()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^task stuck abandoned · GET \/stuck · running · \d+ ms old$/m)
  })

  it('exits with 1 at once at the second signal', async () => {
    const child = await run(mark)
    await child.get('/stuck')
    await child.at('task')
    child.kill(signal)
    await refuses(child)
    child.kill(signal)
    const stderr = name === 'close-with-grace' ? `second ${signal}, exiting\n` : ''
    expect(await child.end()).toEqual({ ...endedAtOnce, stderr })
  })
})

it('Fastify: a request that is never answered holds it no longer than its own time', async () => {
  const child = await run('await app.close()', { '25_000': '100' })
  await child.connect('/never')
  await child.at('handler')
  child.kill('SIGTERM')
  expect(await child.end()).toEqual(endedAtOnce)
})

it('node:http', async () => {
  const child = await run('collectTasks')
  expect(await child.get('/here')).toBe('200 ok')
  child.kill('SIGTERM')
  expect(await child.end()).toEqual({ ...worked, report: 'visited /here\n', ran: [] })
})

it('readiness: it says no and serves on, and then drains', async () => {
  const child = await run("'/ready'", { 'sleep(5_000)': "gate('noticed').opened" })
  expect(await child.get('/ready')).toBe('200 OK')
  child.kill('SIGTERM')
  await vi.waitFor(
    async () => expect(await child.get('/ready')).toBe('503 Service Unavailable'),
    20_000,
  )
  await child.get('/work')
  await child.at('task')
  child.open('noticed')
  await refuses(child)
  child.open('task')
  expect(await child.end()).toEqual(worked)
})

it('HTTP/2: an idle session does not hold it, on any Node', async () => {
  const child = await run('ServerHttp2Session')
  const session = http2.connect(`http://127.0.0.1:${child.port}`)
  session.on('error', () => {})
  const stream = session.request({ ':path': '/work' }).resume()
  await once(stream, 'end')
  await child.at('task')
  child.kill('SIGTERM')
  await once(session, 'close')
  child.open('task')
  expect(await child.end()).toEqual(worked)
})

it('and no block was left out', () => {
  expect(used.size).toBe(blocks.length)
})

it('the times of the pod are less than what Kubernetes gives it', () => {
  const [, grace] = /terminationGracePeriodSeconds: (\d+)/.exec(page) ?? []
  const [, pause] = /\['sleep', '(\d+)'\]/.exec(page) ?? []
  expect(Number(pause) + 20).toBeLessThan(Number(grace))
})
