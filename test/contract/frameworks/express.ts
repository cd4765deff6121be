import http from 'node:http'
import { type BackgroundTasks, backgroundTasks, currentTask } from '@backgrounder/express'
import express5, { type ErrorRequestHandler, type RequestHandler } from 'express'
import express4 from 'express4'
import { type Framework, type Kind, type Layout, listen } from '../framework.js'
import { naiveOutcome, naiveTasks } from '../naive.js'

type Express = typeof express5

/** What a layout mounts, where it wants to. */
interface Parts {
  readonly express: Express
  readonly app: express5.Express
  /** The same each time, until asked for another one. */
  readonly adapter: RequestHandler
  readonly another: () => RequestHandler
  readonly handle: RequestHandler
}

const layouts: Record<Layout, (parts: Parts) => void> = {
  app: ({ app, adapter, handle }) => app.use(adapter, handle),
  twice: ({ app, adapter, handle }) => app.use(adapter, handle).use(adapter, handle),
  'twice, differing': ({ app, adapter, another, handle }) =>
    app.use(adapter, handle).use(another(), handle),
  router({ express, app, adapter, handle }) {
    app.use(adapter, handle).use('/inner', express.Router().get('/', handle))
  },
  'sub-app'({ express, app, adapter, handle }) {
    app.use(adapter, handle).use('/inner', express().use(handle))
  },
  'sub-app, mounted again'({ express, app, adapter, handle }) {
    app.use(adapter, handle).use('/inner', express().use(adapter, handle))
  },
  siblings({ express, app, another, handle }) {
    for (const path of ['/a', '/b']) app.use(path, express().use(another(), handle))
  },
  '404': ({ express, app, adapter, handle }) =>
    app.use(adapter).use('/found', express.Router()).use(handle),
  error({ app, adapter, handle }) {
    const onError: ErrorRequestHandler = (_error, req, res, next) => handle(req, res, next)
    app.use(adapter, handle).use(onError)
  },
}

const framework =
  (name: string, express: Express) =>
  (kind: Kind): Framework => ({
    name,
    family: 'Express',
    isHttp2: false,
    outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
    start(handler, options, layout = 'app') {
      const app = express()
      const handle = async (
        req: express5.Request,
        res: express5.Response,
        next: express5.NextFunction,
      ): Promise<void> => {
        const tasks = kind === 'ours' ? res.locals.tasks : naiveTasks(res)
        await handler({
          req,
          res,
          tasks,
          holder: res.locals,
          send: (body, status = 200) => res.status(status).send(body),
          redirect: (url) => res.redirect(url),
          stream: (body) => body.on('error', (error) => res.destroy(error)).pipe(res),
          file: (path) => res.sendFile(path),
          next,
          takeOver() {},
          body: () =>
            new Promise((resolve, reject) => {
              express.text()(req, res, (error) => (error ? reject(error) : resolve(req.body)))
            }),
        })
      }
      const middleware: BackgroundTasks = backgroundTasks(options)
      const pass: RequestHandler = (_req, _res, next) => next()
      layouts[layout]({
        express,
        app,
        adapter: kind === 'ours' ? middleware : pass,
        another: () => (kind === 'ours' ? backgroundTasks() : pass),
        // Express 4 does not look at what a handler returns: one catches there by hand.
        handle(req, res, next) {
          const handled = handle(req, res, next)
          return express === express4 ? handled.catch(next) : handled
        },
      })
      const errors: unknown[] = []
      const onError: ErrorRequestHandler = (error, _req, _res, next) => {
        errors.push(error)
        next(error)
      }
      const runner = kind === 'ours' ? middleware.runner : undefined
      return listen(http.createServer(app.use(onError)), { runner, errors }, middleware.drain)
    },
  })

export const expressFrameworks = [
  framework('Express 4', express4),
  framework('Express 5', express5),
]
