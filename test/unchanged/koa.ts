import { createServer } from 'node:http'
import { backgroundTasks } from '@backgrounder/koa'
import Koa3, { type Middleware } from 'koa'
import mount from 'koa-mount'
import Koa2 from 'koa2'
import { listen } from '../contract/framework.js'
import { addTask, type Framework, later, markEvents, type Options } from './framework.js'
import type { Trace } from './trace.js'

const marked = (name: string, trace: Trace): Middleware =>
  async function marked(_ctx, next) {
    trace.mark(name)
    await next()
    trace.mark(`${name}, after next()`)
  }

function build(Koa: typeof Koa3, { mounted, trace, onHandler, isPlain }: Options) {
  const pass: Middleware = (_ctx, next) => next()
  const marks = (name: string): Middleware => (isPlain ? pass : marked(name, trace))
  const routes: Record<string, Middleware> = {
    '/ok'(ctx) {
      trace.mark('handler')
      ctx.state.user = 'Ada'
      const { req, res, request, response, state } = ctx
      onHandler?.({ req, res, ctx, request, response, state, 'app.context': ctx.app.context })
      ctx.body = { ok: true }
    },
    async '/later'(ctx) {
      await undefined
      trace.mark('handler')
      ctx.body = 'later'
    },
    '/throws'() {
      trace.mark('handler')
      throw new Error('thrown')
    },
    async '/rejects'() {
      await undefined
      trace.mark('handler')
      throw new Error('rejected')
    },
    async '/slow'(ctx) {
      const ms = Number(ctx.path.slice('/slow/'.length))
      await later(ms)
      ctx.body = `slow ${ms}`
    },
  }

  const app = new Koa()
  app.use((ctx, next) => {
    markEvents(trace, ctx.res)
    return next()
  })
  app.use(marks('middleware before'))
  if (mounted !== 'nothing') app.use(backgroundTasks())
  app.use((ctx, next) => {
    addTask(mounted, () => ctx.tasks)
    return next()
  })
  app.use(marks('middleware after'))
  app.use(mount('/ok', new Koa().use(marks('sub-app'))))
  app.use((ctx, next) => routes[ctx.path.match(/^\/[a-z]+/)?.[0] ?? '']?.(ctx, next) ?? next())
  app.on('error', (error) => trace.mark(`error handler: ${error.message}`))
  return app
}

const framework = (name: string, Koa: typeof Koa3): Framework => ({
  name,
  async start(options) {
    const app = build(Koa, options)
    const server = createServer(app.callback())
    const { port } = await listen(server, { runner: undefined, errors: [] })
    return { server, port, close: () => new Promise((resolve) => server.close(() => resolve())) }
  },
})

export const koaFrameworks = [framework('Koa 2', Koa2), framework('Koa 3', Koa3)]
