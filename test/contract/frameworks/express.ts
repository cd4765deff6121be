import http from 'node:http'
import { backgroundTasks, currentTask } from '@backgrounder/express'
import express5 from 'express'
import express4 from 'express4'
import { type Framework, type Kind, listen } from '../framework.js'
import { naiveOutcome, naiveTasks } from '../naive.js'

const framework =
  (name: string, express: typeof express5) =>
  (kind: Kind): Framework => ({
    name,
    outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
    async start(handler, options) {
      const app = express()
      const middleware = backgroundTasks(options)
      if (kind === 'ours') app.use(middleware)
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
          send: (body, status = 200) => res.status(status).send(body),
          redirect: (url) => res.redirect(url),
          stream: (body) => body.on('error', (error) => res.destroy(error)).pipe(res),
          file: (path) => res.sendFile(path),
          notFound: next,
          takeOver() {},
        })
      }
      // Express 4 does not look at what a handler returns: one catches there by hand.
      app.use((req, res, next) => {
        const handled = handle(req, res, next)
        return express === express4 ? handled.catch(next) : handled
      })
      return listen(http.createServer(app), kind === 'ours' ? middleware.runner : undefined)
    },
  })

export const expressFrameworks = [
  framework('Express 4', express4),
  framework('Express 5', express5),
]
