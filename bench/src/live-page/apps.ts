import http from 'node:http'
import type { Runner } from '@backgrounder/core'
import { backgroundTasks as forExpress } from '@backgrounder/express'
import { backgroundTasks as forFastify } from '@backgrounder/fastify'
import { backgroundTasks as forKoa } from '@backgrounder/koa'
import type { Monitor } from '@backgrounder/monitor'
import express from 'express'
import createFastify from 'fastify'
import Koa from 'koa'
import { work } from '../work.js'

/** An app whose every request adds one task. */
export interface App {
  readonly server: http.Server
  readonly runner: Runner
}

/** The page, once it is asked for: it is made with the runner of the app. */
export type GetPage = () => Monitor

/** Without a page there is a middleware or a route in its place: what one more costs is the framework's own. */
export const apps: Record<string, (page?: GetPage) => Promise<App>> = {
  async Koa(page) {
    const app = new Koa()
    const tasks = forKoa()
    app.use(tasks)
    app.use(page ? (ctx, next) => page().koa(ctx, next) : (_ctx, next) => next())
    app.use((ctx) => {
      ctx.tasks.addTask(work, ctx.url)
      ctx.body = 'ok'
    })
    return { server: http.createServer(app.callback()), runner: tasks.runner }
  },
  async Fastify(page) {
    const app = createFastify()
    await app.register(forFastify)
    app.all('/tasks/*', (request, reply) => {
      reply.hijack()
      page?.()(request.raw, reply.raw)
    })
    app.get('/orders/:id', (request, reply) => {
      request.tasks.addTask(work, request.url)
      reply.send('ok')
    })
    await app.ready()
    return { server: app.server, runner: app.taskRunner }
  },
  async Express(page) {
    const app = express()
    const tasks = forExpress()
    app.use(tasks)
    app.use(page ? (req, res, next) => page()(req, res, next) : (_req, _res, next) => next())
    app.get('/orders/:id', (req, res) => {
      res.locals.tasks.addTask(work, req.url)
      res.send('ok')
    })
    return { server: http.createServer(app), runner: tasks.runner }
  },
}
