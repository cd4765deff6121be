import { createReadStream } from 'node:fs'
import http2 from 'node:http2'
import { Readable } from 'node:stream'
import { backgroundTasks, currentTask } from '@backgrounder/hono'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono, type MiddlewareHandler, type Next } from 'hono'
import { type Framework, type Kind, type Layout, listen } from '../framework.js'
import { naiveOutcome, naiveTasks } from '../naive.js'

type App = Hono<{ Bindings: HttpBindings }>
type HonoContext = Context<{ Bindings: HttpBindings }>

/** What a layout mounts, where it wants to. */
interface Parts {
  readonly app: App
  /** The same each time, until asked for another one. */
  readonly adapter: MiddlewareHandler
  readonly another: () => MiddlewareHandler
  readonly handle: (c: HonoContext, next: Next) => Promise<Response | undefined>
}

const layouts: Record<Layout, (parts: Parts) => unknown> = {
  app: ({ app, adapter, handle }) => app.use(adapter, handle),
  twice: ({ app, adapter, handle }) => app.use(adapter, handle, adapter, handle),
  'twice, differing': ({ app, adapter, another, handle }) =>
    app.use(adapter, handle, another(), handle),
  router({ app, adapter, handle }) {
    app.use(adapter, handle).get('/inner', handle)
  },
  'sub-app'({ app, adapter, handle }) {
    app.use(adapter, handle).route('/inner', new Hono().use(handle))
  },
  'sub-app, mounted again'({ app, adapter, handle }) {
    app.use(adapter, handle).route('/inner', new Hono().use(adapter, handle))
  },
  siblings({ app, another, handle }) {
    for (const path of ['/a', '/b']) app.route(path, new Hono().use(another(), handle))
  },
  '404': ({ app, adapter, handle }) =>
    app.use(adapter).notFound(async (c) => (await handle(c, async () => {})) as Response),
  error({ app, adapter, handle }) {
    app.use(adapter, handle)
    app.onError(async (_error, c) => (await handle(c, async () => {})) as Response)
  },
}

const framework =
  (name: string, isHttp2: boolean) =>
  (kind: Kind): Framework => ({
    name,
    family: 'Hono',
    isHttp2,
    outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
    start(handler, options, layout = 'app') {
      const app: App = new Hono()
      const errors: unknown[] = []
      app.onError((error, c) => {
        errors.push(error)
        // As without an onError.
        if (!('getResponse' in error)) return c.text('Internal Server Error', 500)
        const response = (error as { getResponse(): Response }).getResponse()
        return c.newResponse(response.body, response)
      })
      const middleware = backgroundTasks(options)
      const pass: MiddlewareHandler = (_c, next) => next()
      async function handle(c: HonoContext, next: Next): Promise<Response | undefined> {
        const { incoming, outgoing } = c.env
        let answer: Response | undefined
        await handler({
          req: incoming,
          res: outgoing,
          tasks: kind === 'ours' ? c.var.tasks : naiveTasks(outgoing),
          holder: c.var,
          send(body, status = 200) {
            answer = c.body(body as string, status as 200)
          },
          redirect(url) {
            answer = c.redirect(url)
          },
          stream(body) {
            answer = c.body(Readable.toWeb(body) as ReadableStream)
          },
          file(path) {
            answer = c.body(Readable.toWeb(createReadStream(path)) as ReadableStream)
          },
          next,
          takeOver() {
            answer = RESPONSE_ALREADY_SENT
          },
          body: () => c.req.text(),
        })
        return answer
      }
      layouts[layout]({
        app,
        adapter: kind === 'ours' ? middleware : pass,
        another: () => (kind === 'ours' ? backgroundTasks() : pass),
        handle,
      })
      const server = createAdaptorServer({
        fetch: app.fetch,
        ...(isHttp2 && { createServer: http2.createServer }),
      } as Parameters<typeof createAdaptorServer>[0])
      const runner = kind === 'ours' ? middleware.runner : undefined
      return listen(server as never, { runner, errors }, middleware.drain)
    },
  })

export const honoFrameworks = [framework('Hono 4', false), framework('Hono 4 · HTTP/2', true)]
