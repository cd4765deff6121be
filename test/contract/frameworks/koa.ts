import { createReadStream } from 'node:fs'
import http from 'node:http'
import http2 from 'node:http2'
import { text } from 'node:stream/consumers'
import { backgroundTasks, currentTask } from '@backgrounder/koa'
import Router from '@koa/router'
import Koa3, { type Context, type Middleware, type Next } from 'koa'
import mount from 'koa-mount'
import Koa2 from 'koa2'
import { type Framework, type Kind, type Layout, listen } from '../framework.js'
import { naiveOutcome, naiveTasks } from '../naive.js'

type Koa = typeof Koa3

/** What a layout mounts, where it wants to. */
interface Parts {
  readonly Koa: Koa
  readonly app: Koa3
  /** The same each time, until asked for another one. */
  readonly adapter: Middleware
  readonly another: () => Middleware
  readonly handle: Middleware
}

const layouts: Record<Layout, (parts: Parts) => unknown> = {
  app: ({ app, adapter, handle }) => app.use(adapter).use(handle),
  twice: ({ app, adapter, handle }) => app.use(adapter).use(handle).use(adapter).use(handle),
  'twice, differing': ({ app, adapter, another, handle }) =>
    app.use(adapter).use(handle).use(another()).use(handle),
  router({ app, adapter, handle }) {
    const router = new Router()
    router.get('/inner', handle as never)
    app
      .use(adapter)
      .use(handle)
      .use(router.routes() as Middleware)
  },
  'sub-app'({ Koa, app, adapter, handle }) {
    app
      .use(adapter)
      .use(handle)
      .use(mount('/inner', new Koa().use(handle)))
  },
  'sub-app, mounted again'({ Koa, app, adapter, handle }) {
    const inner = new Koa().use(adapter).use(handle)
    app.use(adapter).use(handle).use(mount('/inner', inner))
  },
  siblings({ Koa, app, another, handle }) {
    for (const path of ['/a', '/b']) app.use(mount(path, new Koa().use(another()).use(handle)))
  },
  '404'({ app, adapter, handle }) {
    app.use(adapter).use(async (ctx, next) => {
      await next()
      if (ctx.status === 404) await handle(ctx, next)
    })
  },
  error({ app, adapter, handle }) {
    app.use(adapter)
    app.use((ctx, next) => next().catch(() => handle(ctx, next)))
    app.use(handle)
  },
}

const framework =
  (name: string, Koa: Koa, isHttp2: boolean) =>
  (kind: Kind): Framework => ({
    name,
    family: 'Koa',
    isHttp2,
    outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
    start(handler, options, layout = 'app') {
      const app = new Koa()
      const errors: unknown[] = []
      app.on('error', (error) => errors.push(error))
      const middleware = backgroundTasks(options)
      const pass: Middleware = (_ctx, next) => next()
      async function handle(ctx: Context, next: Next): Promise<void> {
        const tasks = kind === 'ours' ? ctx.tasks : naiveTasks(ctx.res)
        await handler({
          req: ctx.req,
          res: ctx.res,
          tasks,
          holder: ctx,
          send(body, status = 200) {
            ctx.body = body
            ctx.status = status
          },
          redirect: (url) => ctx.redirect(url),
          stream: (body) => {
            ctx.body = body
            // Koa 2 leaves a response open whose source has failed; one ends it by hand.
            if (Koa === Koa2) body.on('error', () => ctx.res.destroy())
          },
          file: (path) => {
            ctx.body = createReadStream(path)
          },
          next,
          takeOver() {
            ctx.respond = false
          },
          body: () => text(ctx.req),
        })
      }
      layouts[layout]({
        Koa,
        app,
        adapter: kind === 'ours' ? middleware : pass,
        another: () => (kind === 'ours' ? backgroundTasks() : pass),
        handle,
      })
      const server = isHttp2
        ? http2.createServer(app.callback())
        : http.createServer(app.callback())
      const runner = kind === 'ours' ? middleware.runner : undefined
      return listen(server, { runner, errors }, middleware.drain)
    },
  })

export const koaFrameworks = [
  framework('Koa 2', Koa2, false),
  framework('Koa 3', Koa3, false),
  framework('Koa 2 · HTTP/2', Koa2, true),
  framework('Koa 3 · HTTP/2', Koa3, true),
]
