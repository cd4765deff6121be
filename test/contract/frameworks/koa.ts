import { createReadStream } from 'node:fs'
import http from 'node:http'
import { backgroundTasks, currentTask } from '@backgrounder/koa'
import Koa3 from 'koa'
import Koa2 from 'koa2'
import { type Framework, type Kind, listen } from '../framework.js'
import { naiveOutcome, naiveTasks } from '../naive.js'

const framework =
  (name: string, Koa: typeof Koa3) =>
  (kind: Kind): Framework => ({
    name,
    outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
    async start(handler, options) {
      const app = new Koa()
      app.silent = true
      const middleware = backgroundTasks(options)
      if (kind === 'ours') app.use(middleware)
      app.use(async (ctx, next) => {
        const tasks = kind === 'ours' ? ctx.tasks : naiveTasks(ctx.res)
        await handler({
          req: ctx.req,
          res: ctx.res,
          tasks,
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
          notFound: next,
          takeOver() {
            ctx.respond = false
          },
        })
      })
      return listen(
        http.createServer(app.callback()),
        kind === 'ours' ? middleware.runner : undefined,
      )
    },
  })

export const koaFrameworks = [framework('Koa 2', Koa2), framework('Koa 3', Koa3)]
