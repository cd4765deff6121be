import { createReadStream } from 'node:fs'
import http from 'node:http'
import { backgroundTasks, currentTask } from '@backgrounder/koa'
import Koa from 'koa'
import { type Framework, type Kind, listen } from '../framework.js'
import { naiveOutcome, naiveTasks } from '../naive.js'

export const koa3 = (kind: Kind): Framework => ({
  name: 'Koa 3',
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
        },
        file: (path) => {
          ctx.body = createReadStream(path)
        },
        notFound: next,
      })
    })
    return listen(
      http.createServer(app.callback()),
      kind === 'ours' ? middleware.runner : undefined,
    )
  },
})
