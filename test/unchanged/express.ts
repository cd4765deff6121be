import { createServer } from 'node:http'
import { backgroundTasks } from '@backgrounder/express'
import express5, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import express4 from 'express4'
import { listen } from '../contract/framework.js'
import { addTask, type Framework, later, markEvents, type Options } from './framework.js'

function build(express: typeof express5, { mounted, trace, onHandler }: Options) {
  const marks = (name: string): RequestHandler =>
    function marked(_req, _res, next) {
      trace.mark(name)
      next()
      trace.mark(`${name}, after next()`)
    }
  // Express 4 does not look at what a handler returns: one catches there by hand.
  const handle =
    (handler: (req: Request, res: Response) => Promise<void>) =>
    (req: Request, res: Response, next: NextFunction) =>
      handler(req, res).catch(next)

  const app = express()
  app.use((_req, res, next) => {
    markEvents(trace, res)
    next()
  })
  app.use(marks('middleware before'))
  if (mounted !== 'nothing') app.use(backgroundTasks())
  app.use((_req, res, next) => {
    addTask(mounted, () => res.locals.tasks)
    next()
  })
  app.use(marks('middleware after'), express.json())
  app.use('/ok', express.Router().use(marks('router')))
  app.use('/ok', express().use(marks('sub-app')))
  app.all('/ok', (req, res) => {
    trace.mark('handler')
    res.locals.user = 'Ada'
    onHandler?.({ req, res, locals: res.locals, 'app.locals': req.app.locals })
    res.json({ ok: true })
    trace.mark('handler, after the answer')
  })
  app.get(
    '/later',
    handle(async (_req, res) => {
      await undefined
      trace.mark('handler')
      res.send('later')
    }),
  )
  app.get('/throws', () => {
    trace.mark('handler')
    throw new Error('thrown')
  })
  app.get(
    '/rejects',
    handle(async () => {
      await undefined
      trace.mark('handler')
      throw new Error('rejected')
    }),
  )
  app.get(
    '/slow/:ms',
    handle(async (req, res) => {
      await later(Number(req.params.ms))
      res.send(`slow ${req.params.ms}`)
    }),
  )
  const onError: ErrorRequestHandler = (error, _req, res, _next) => {
    trace.mark(`error handler: ${error.message}`)
    res.status(500).send('sorry')
  }
  return app.use(onError)
}

const framework = (name: string, express: typeof express5): Framework => ({
  name,
  async start(options) {
    const app = build(express, options)
    const { server, port } = await listen(createServer(app), { runner: undefined, errors: [] })
    return { server, port, close: () => new Promise((resolve) => server.close(() => resolve())) }
  },
})

export const expressFrameworks = [
  framework('Express 4', express4),
  framework('Express 5', express5),
]
