import http from 'node:http'
import { backgroundTasks, currentTask } from '@backgrounder/express'
import express from 'express'
import { type Framework, type Kind, listen } from '../framework.js'
import { naiveOutcome, naiveTasks } from '../naive.js'

export const express5 = (kind: Kind): Framework => ({
  name: 'Express 5',
  outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
  async start(handler, options) {
    const app = express()
    const middleware = backgroundTasks(options)
    if (kind === 'ours') app.use(middleware)
    app.use(async (req, res, next) => {
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
      })
    })
    return listen(http.createServer(app), kind === 'ours' ? middleware.runner : undefined)
  },
})
