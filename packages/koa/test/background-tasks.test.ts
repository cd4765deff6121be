import { backgroundTasks, currentTask, getTasks } from '@backgrounder/koa'
import Koa from 'koa'
import supertest from 'supertest'
import { expect, it } from 'vitest'

function build(middleware: Koa.Middleware, handler: Koa.Middleware) {
  const app = new Koa()
  app.silent = true
  return supertest(app.use(middleware).use(handler).callback())
}

it('supertest: once, sent, with the request that caused it', async () => {
  const seen: unknown[] = []
  const middleware = backgroundTasks()
  const client = build(middleware, (ctx) => {
    ctx.tasks.addTask(() => {
      const task = currentTask()
      seen.push([task?.outcome, task?.request])
    })
    ctx.status = 202
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

it('each context has its own collector, and ctx.state stays as it is', async () => {
  const collectors = new Set<unknown>()
  const middleware = backgroundTasks()
  const client = build(middleware, (ctx) => {
    collectors.add(ctx.tasks)
    expect(getTasks(ctx)).toBe(ctx.tasks)
    ctx.body = { state: ctx.state, leaks: 'tasks' in ctx.app.context }
  })
  await client.get('/').expect({ state: {}, leaks: false })
  await client.get('/').expect(200)
  expect(collectors.size).toBe(2)
})

it('under another property', async () => {
  const ran: string[] = []
  const middleware = backgroundTasks({ property: 'background' as never })
  const client = build(middleware, (ctx) => {
    getTasks(ctx).addTask(() => ran.push('ran'))
    ctx.body = { same: ctx.background === getTasks(ctx), tasks: typeof ctx.tasks }
  })
  await client.get('/').expect({ same: true, tasks: 'undefined' })
  await middleware.drain()
  expect(ran).toEqual(['ran'])
})

it('app.use(backgroundTasks) fails the first request with the line to write', async () => {
  const app = new Koa()
  const errors: Error[] = []
  app.on('error', (error) => errors.push(error)).use(backgroundTasks as never)
  await supertest(app.callback()).get('/').expect(500)
  expect(errors.map(({ message }) => message)).toEqual([
    'backgroundTasks was called as the middleware, which it makes: app.use(backgroundTasks())',
  ])
})

it('getTasks of nothing names the line to add', () => {
  expect(() => getTasks(undefined as never)).toThrow('app.use(backgroundTasks())')
})

it('getTasks without the middleware names the line to add', async () => {
  const client = build(
    (_ctx, next) => next(),
    (ctx) => {
      expect(() => getTasks(ctx)).toThrow('app.use(backgroundTasks())')
      ctx.body = 'ok'
    },
  )
  await client.get('/').expect(200)
})
