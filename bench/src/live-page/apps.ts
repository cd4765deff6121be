import http, { type RequestListener } from 'node:http'
import { backgroundTasks as expressTasks } from '@backgrounder/express'
import { backgroundTasks as fastifyTasks } from '@backgrounder/fastify'
import { backgroundTasks as koaTasks } from '@backgrounder/koa'
import { monitor } from '@backgrounder/monitor'
import express from 'express'
import createFastify from 'fastify'
import Koa from 'koa'
import type { App } from '../variants.js'
import { work } from '../work.js'

const options = { authorize: () => 'read' as const }

/** Apps whose every request adds one task; with the live page mounted before the route, or without. */
export const apps: Record<string, (isMounted: boolean) => Promise<App>> = {
  async Koa(isMounted) {
    const app = new Koa()
    const tasks = koaTasks()
    app.use(tasks)
    if (isMounted) app.use(monitor(tasks.runner, { ...options, path: '/tasks' }).koa)
    app.use((ctx) => {
      ctx.tasks.addTask(work, ctx.url)
      ctx.body = 'ok'
    })
    return started(app.callback(), () => tasks.runner.settled())
  },
  async Fastify(isMounted) {
    const app = createFastify()
    await app.register(fastifyTasks)
    if (isMounted) {
      await app.register(monitor(app.taskRunner, options).fastify, { prefix: '/tasks' })
    }
    app.get('/orders/:id', (request, reply) => {
      request.tasks.addTask(work, request.url)
      reply.send('ok')
    })
    await app.ready()
    return { server: app.server, settled: () => app.taskRunner.settled() }
  },
  async Express(isMounted) {
    const app = express()
    const tasks = expressTasks()
    app.use(tasks)
    if (isMounted) app.use('/tasks', monitor(tasks.runner, options))
    app.get('/orders/:id', (req, res) => {
      res.locals.tasks.addTask(work, req.url)
      res.send('ok')
    })
    return started(app, () => tasks.runner.settled())
  },
}

function started(listener: RequestListener, settled: () => Promise<void>): App {
  return { server: http.createServer(listener), settled }
}
