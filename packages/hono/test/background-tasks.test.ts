import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { backgroundTasks, currentTask, getTasks } from '@backgrounder/hono'
import { createAdaptorServer, upgradeWebSocket } from '@hono/node-server'
import { type Handler, Hono, type MiddlewareHandler } from 'hono'
import supertest from 'supertest'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'

function build(middleware: MiddlewareHandler, handler: Handler) {
  const app = new Hono().use(middleware).all('*', handler)
  return supertest(createAdaptorServer(app) as Server)
}

/** A handler's own errors, and not the answer that Hono makes of them. */
function errorsOf(app: Hono): string[] {
  const messages: string[] = []
  app.onError(({ message }, c) => {
    messages.push(message)
    return c.text('failed', 500)
  })
  return messages
}

it('supertest: once, sent, with the request that caused it', async () => {
  const seen: unknown[] = []
  const middleware = backgroundTasks()
  const client = build(middleware, (c) => {
    c.get('tasks').addTask(() => {
      const task = currentTask()
      seen.push([task?.outcome, task?.request])
    })
    return c.body(null, 202)
  })
  await client.post('/signup?from=mail').expect(202)
  await middleware.drain()
  expect(seen).toEqual([
    [
      { sent: true, status: 202 },
      { id: undefined, method: 'POST', url: '/signup?from=mail' },
    ],
  ])
})

it('each context has its own collector: c.get, c.var and getTasks give the same', async () => {
  const collectors = new Set<unknown>()
  const client = build(backgroundTasks(), (c) => {
    collectors.add(c.var.tasks)
    return c.json([c.get('tasks') === c.var.tasks, getTasks(c) === c.var.tasks])
  })
  await client.get('/').expect([true, true])
  await client.get('/').expect(200)
  expect(collectors.size).toBe(2)
})

it('under another property', async () => {
  const ran: string[] = []
  const middleware = backgroundTasks({ property: 'background' as never })
  const client = build(middleware, (c) => {
    getTasks(c).addTask(() => ran.push('ran'))
    return c.json([c.get('background' as never) === getTasks(c), typeof c.var.tasks])
  })
  await client.get('/').expect([true, 'undefined'])
  await middleware.drain()
  expect(ran).toEqual(['ran'])
})

it('an app with bindings of its own: what Node.js gave stands in `server`', async () => {
  const ran: string[] = []
  const middleware = backgroundTasks()
  const app = new Hono().use(middleware).get('/', (c) => {
    c.var.tasks.addTask(() => ran.push('ran'))
    return c.text('ok')
  })
  const fetch = (request: Request, server: object) => app.fetch(request, { server })
  await supertest(createAdaptorServer({ fetch }) as Server)
    .get('/')
    .expect(200, 'ok')
  await middleware.drain()
  expect(ran).toEqual(['ran'])
})

it('a websocket route is upgraded, and its tasks run when its socket closes: once, not sent', async () => {
  const outcomes: unknown[] = []
  const middleware = backgroundTasks()
  const app = new Hono().use(middleware).use(middleware)
  app.get(
    '/chat',
    upgradeWebSocket((c) => {
      c.var.tasks.addTask(() => outcomes.push(currentTask()?.outcome))
      return { onMessage: (event, socket) => socket.send(`echo: ${event.data}`) }
    }),
  )
  // The two packages' types do not meet under exactOptionalPropertyTypes.
  const websocket = { server: new WebSocketServer({ noServer: true }) as never }
  const server = createAdaptorServer({ fetch: app.fetch, websocket }) as Server
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`)
  await once(socket, 'open')
  socket.send('hello')
  expect(String((await once(socket, 'message'))[0])).toBe('echo: hello')
  expect([outcomes, middleware.runner.stats.pending]).toEqual([[], 1])
  socket.close()
  await middleware.runner.settled()
  expect(outcomes).toEqual([{ sent: false, status: undefined }])
})

it('app.use(backgroundTasks) fails the first request with the line to write', async () => {
  const app = new Hono().use(backgroundTasks as never)
  const errors = errorsOf(app)
  await supertest(createAdaptorServer(app) as Server)
    .get('/')
    .expect(500)
  expect(errors).toEqual([
    'backgroundTasks was called as the middleware, which it makes: app.use(backgroundTasks())',
  ])
})

it('getTasks without the middleware names the line to add', async () => {
  const app = new Hono().get('/', (c) => c.json(getTasks(c).size))
  const errors = errorsOf(app)
  await supertest(createAdaptorServer(app) as Server)
    .get('/')
    .expect(500)
  expect(errors).toEqual([expect.stringContaining('app.use(backgroundTasks())')])
})

it('more than maxPending: an onError that answers with the status of an error answers 503', async () => {
  const app = new Hono().use(backgroundTasks({ maxPending: 1 })).get('/', (c) => {
    for (let i = 0; i < 2; i++) c.var.tasks.addTask(() => {})
    return c.text('ok')
  })
  app.onError((error, c) => c.text(error.message, (error as { status?: 503 }).status ?? 500))
  await supertest(createAdaptorServer(app) as Server)
    .get('/')
    .expect(503)
})

it.each([
  ['app.request(), which has no bindings', undefined],
  ["another runtime's bindings", { KV: {} }],
])('without a response of Node.js: %s: an error that says what to do', async (_, env) => {
  const app = new Hono().use(backgroundTasks()).get('/', (c) => c.text('ok'))
  const errors = errorsOf(app)
  expect((await app.request('/', {}, env)).status).toBe(500)
  expect(errors).toEqual([
    'This request came without a response of Node.js, after which its tasks could run. Serve the ' +
      'app with @hono/node-server: serve(app), and in a test supertest(createAdaptorServer(app)). ' +
      "Elsewhere use that runtime's own waitUntil",
  ])
})
