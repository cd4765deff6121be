import net from 'node:net'
import { backgroundTasks } from '@backgrounder/fastify'
import createFastify, { type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { expect, it, vi } from 'vitest'

/** What a plugin opens and closes, as a database pool: open from its registration to its onClose. */
const pool = fp(async (app: FastifyInstance, opts: { state: { isOpen: boolean } }) => {
  opts.state.isOpen = true
  app.addHook('onClose', async () => {
    opts.state.isOpen = false
  })
})

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function connect(app: FastifyInstance, path: string): Promise<net.Socket> {
  const socket = net.connect((app.server.address() as net.AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  return socket
}

it('close() waits for every task, with the pool of a plugin registered later still open', async () => {
  const state = { isOpen: false }
  const seen: [string, boolean][] = []
  const app = createFastify({ pluginTimeout: 200 })
  await app.register(backgroundTasks)
  await app.register(pool, { state })
  let reached = () => {}
  const isInFlight = new Promise<void>((resolve) => (reached = resolve))
  app.get('/', async (request) => {
    reached()
    await later(50)
    request.tasks.addTask(async () => {
      await later(400) // longer than pluginTimeout
      seen.push(['first', state.isOpen])
      request.tasks.addTask(() => seen.push(['added meanwhile', state.isOpen]))
    })
    return 'ok'
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = await connect(app, '/')
  const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(`${data}`)))
  await isInFlight
  await app.close()
  expect(await answer).toContain('200 OK')
  expect(seen).toEqual([
    ['first', true],
    ['added meanwhile', true],
  ])
  expect(state.isOpen).toBe(false)
  socket.destroy()
})

it('a kept-alive client does not hold close()', async () => {
  const app = createFastify()
  await app.register(backgroundTasks)
  app.get('/', async () => 'ok')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = await connect(app, '/')
  await new Promise((resolve) => socket.once('data', resolve))
  await app.close()
  expect(app.server.listening).toBe(false)
  socket.destroy()
})

it('new connections are refused while it drains, not answered 503', async () => {
  let release = () => {}
  const app = createFastify()
  await app.register(backgroundTasks)
  app.get('/', async (request) => {
    request.tasks.addTask(() => new Promise<void>((resolve) => (release = resolve)))
    return 'ok'
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as net.AddressInfo
  const socket = await connect(app, '/')
  await vi.waitFor(() => expect(app.taskRunner.running().length).toBe(1), 20_000)
  const closed = app.close()
  await vi.waitFor(() => expect(app.server.listening).toBe(false), 20_000)
  const refused = await new Promise((resolve) => {
    net
      .connect(port, '127.0.0.1')
      .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
  expect(refused).toBe('ECONNREFUSED')
  release()
  await closed
  expect(app.taskRunner.stats).toMatchObject({ succeeded: 1, abandoned: 0 })
  socket.destroy()
})

it('closing one app never waits for another one', async () => {
  const [busy, idle] = [createFastify(), createFastify()]
  let release = () => {}
  await busy.register(backgroundTasks)
  await idle.register(backgroundTasks)
  busy.get('/', async (request) => {
    request.tasks.addTask(() => new Promise<void>((resolve) => (release = resolve)))
    return 'ok'
  })
  await busy.inject('/')
  await idle.close()
  expect(busy.taskRunner.stats.pending).toBe(1)
  await vi.waitFor(() => expect(busy.taskRunner.running().length).toBe(1), 20_000)
  release()
  await busy.close()
  expect(busy.taskRunner.stats).toMatchObject({ pending: 0, succeeded: 1 })
})

it('a task that hangs holds close() no longer than drainTimeout, and is reported', async () => {
  const app = createFastify()
  const lines: string[] = []
  const logger = { error: (line: string) => lines.push(line) }
  await app.register(backgroundTasks, { drainTimeout: 50, logger })
  app.get('/', async (request) => {
    request.tasks.addTask(function hangs() {
      return new Promise(() => {})
    })
    return 'ok'
  })
  await app.inject('/')
  await app.close()
  expect(app.taskRunner.stats.abandoned).toBe(1)
  expect(lines).toEqual([expect.stringContaining('task hangs abandoned · GET / · running · ')])
})

it('with forceCloseConnections an open event stream does not hold close()', async () => {
  const ran: string[] = []
  const app = createFastify({ forceCloseConnections: true })
  await app.register(backgroundTasks)
  app.get('/', (request, reply) => {
    request.tasks.addTask(() => ran.push('after the stream'))
    reply.hijack()
    reply.raw.write('data: 1\n\n')
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const socket = await connect(app, '/')
  await new Promise((resolve) => socket.once('data', resolve))
  await app.close()
  expect(ran).toEqual(['after the stream'])
  socket.destroy()
})
