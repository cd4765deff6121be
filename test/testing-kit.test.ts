import http from 'node:http'
import { createRunner, currentTask, defaultRunner, type Runner } from '@backgrounder/core'
import { createRecorder, settled } from '@backgrounder/core/testing'
import * as forExpress from '@backgrounder/express'
import * as forFastify from '@backgrounder/fastify'
import * as forHono from '@backgrounder/hono'
import * as forKoa from '@backgrounder/koa'
import { createAdaptorServer } from '@hono/node-server'
import Router from '@koa/router'
import express5 from 'express'
import express4 from 'express4'
import createFastify5 from 'fastify'
import createFastify4 from 'fastify4'
import { Hono } from 'hono'
import Koa3, { type Middleware } from 'koa'
import Koa2 from 'koa2'
import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'

/** An app that adds `work` to each POST /signup; what the test kit is given, and how to reach it. */
interface Kit {
  readonly app: unknown
  /** What supertest takes. */
  readonly target: Parameters<typeof request>[0]
}

type Build = (work: () => unknown, runner?: Runner) => Kit | Promise<Kit>

const expressKits = (express: typeof express5): Record<string, Build> => ({
  'app.use'(work, runner) {
    const app = express()
    app.use(forExpress.backgroundTasks({ ...(runner && { runner }) }))
    app.post('/signup', (_req, res) => {
      res.locals.tasks.addTask(work)
      res.status(202).end()
    })
    return { app, target: app }
  },
  'one router'(work, runner) {
    const app = express()
    const router = express.Router()
    router.use(forExpress.backgroundTasks({ ...(runner && { runner }) }))
    router.post('/signup', (_req, res) => {
      res.locals.tasks.addTask(work)
      res.status(202).end()
    })
    app.use('/', express.Router().use('/', router))
    return { app, target: app }
  },
  'one route'(work, runner) {
    const app = express()
    app.post(
      '/signup',
      forExpress.backgroundTasks({ ...(runner && { runner }) }),
      (_req: unknown, res: express5.Response) => {
        res.locals.tasks.addTask(work)
        res.status(202).end()
      },
    )
    return { app, target: app }
  },
})

const koaKits = (Koa: typeof Koa3): Record<string, Build> => ({
  'app.use'(work, runner) {
    const app = new Koa()
    app.use(forKoa.backgroundTasks({ ...(runner && { runner }) }))
    app.use((ctx) => {
      ctx.tasks.addTask(work)
      ctx.status = 202
    })
    return { app, target: app.callback() }
  },
  'a router'(work, runner) {
    const app = new Koa()
    const [outer, inner] = [new Router(), new Router()]
    inner.use(forKoa.backgroundTasks({ ...(runner && { runner }) }) as never)
    inner.post('/signup', ((ctx) => {
      ctx.tasks.addTask(work)
      ctx.status = 202
    }) as Middleware as never)
    outer.use(inner.routes())
    app.use(outer.routes() as never).use(outer.allowedMethods() as never)
    return { app, target: app.callback() }
  },
})

const fastifyKits = (createFastify: typeof createFastify5): Record<string, Build> => ({
  async 'app.register'(work, runner) {
    const app = createFastify()
    onTestFinished(() => app.close())
    await app.register(forFastify.backgroundTasks, runner ? { runner } : {})
    app.post('/signup', async (req, reply) => {
      req.tasks.addTask(work)
      return reply.code(202).send()
    })
    await app.ready()
    return { app, target: app.server }
  },
})

const honoKits: Record<string, Build> = {
  'app.use'(work, runner) {
    const app = new Hono()
    app.use(forHono.backgroundTasks({ ...(runner && { runner }) }))
    app.post('/signup', (c) => {
      c.var.tasks.addTask(work)
      return c.body(null, 202)
    })
    return { app, target: createAdaptorServer(app) as http.Server }
  },
  'app.route'(work, runner) {
    const inner = new Hono()
    inner.use(forHono.backgroundTasks({ ...(runner && { runner }) }))
    inner.post('/signup', (c) => {
      c.var.tasks.addTask(work)
      return c.body(null, 202)
    })
    const app = new Hono().route('/', inner)
    return { app, target: createAdaptorServer(app) as http.Server }
  },
}

const kits: [string, Build][] = Object.entries({
  'Express 4': expressKits(express4),
  'Express 5': expressKits(express5),
  'Koa 2': koaKits(Koa2),
  'Koa 3': koaKits(Koa3),
  'Fastify 4': fastifyKits(createFastify4 as typeof createFastify5),
  'Fastify 5': fastifyKits(createFastify5),
  'Hono 4': honoKits,
}).flatMap(([name, layouts]) =>
  Object.entries(layouts).map(([layout, build]): [string, Build] => [`${name}, ${layout}`, build]),
)

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe.each(kits)('%s', (_, build) => {
  it('await settled(app) waits for its tasks', async () => {
    const seen: string[] = []
    const { app, target } = await build(async function sendEmail() {
      await later(20)
      seen.push('sent')
    })
    await request(target).post('/signup').expect(202)
    await settled(app)
    expect(seen).toEqual(['sent'])
  })

  it('rejects when they are not settled in time, and names them', async () => {
    let end = () => {}
    const { app, target } = await build(function sendEmail() {
      return new Promise<void>((resolve) => {
        end = resolve
      })
    })
    await request(target).post('/signup').expect(202)
    await expect(settled(app, { timeout: 50 })).rejects.toMatchObject({
      code: 'BG_NOT_SETTLED',
      message:
        "After 50 ms 1 of the app's tasks are not settled: sendEmail (running, POST /signup)",
    })
    end()
    await settled(app)
  })

  it('with a recorder lists what was added, and runs none of it', async () => {
    const recorder = createRecorder()
    let hasRun = false
    function sendEmail() {
      hasRun = true
    }
    const { app, target } = await build(sendEmail, recorder)
    await request(target).post('/signup').expect(202)
    await settled(app)
    expect(recorder.added).toMatchObject([
      { name: 'sendEmail', func: sendEmail, args: [], request: { method: 'POST', url: '/signup' } },
    ])
    expect(hasRun).toBe(false)
  })

  it('finds a runner that is shared, also the one of the process', async () => {
    for (const runner of [createRunner(), defaultRunner()]) {
      const seen: unknown[] = []
      const { app, target } = await build(async () => {
        seen.push(currentTask()?.request?.url)
        await later(5)
        seen.push('ended')
      }, runner)
      await request(target).post('/signup').expect(202)
      await settled(app)
      expect(seen).toEqual(['/signup', 'ended'])
    }
  })
})

it.each([
  ['an Express app', () => express5()],
  ['an Express 4 app', () => express4()],
  ['a Koa app', () => new Koa3()],
  ['a Fastify app', () => createFastify5()],
  ['a server', () => http.createServer()],
])('%s without backgroundTasks() is refused', async (_, make) => {
  await expect(settled(make())).rejects.toThrow('an app with backgroundTasks()')
})
