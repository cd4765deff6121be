import http from 'node:http'
import type { Runner } from '@backgrounder/core'
import type { Monitor } from '@backgrounder/monitor'
import express from 'express'
import createFastify from 'fastify'
import Koa from 'koa'
import { work } from '../work.js'
import type { Copy } from './copies.js'

/** An app whose every request adds one task. */
export interface App {
  readonly server: http.Server
  readonly runner: Runner
}

/** The page, once it is asked for: it is made with the runner of the app. */
export type GetPage = () => Monitor

export const apps: Record<string, (copy: Copy, page?: GetPage) => Promise<App>> = {
  async Koa({ koa }, page) {
    const app = new Koa()
    const tasks = koa.backgroundTasks()
    app.use(tasks)
    // The other side has a middleware that does nothing: what one more costs is Koa's own.
    app.use(page ? (ctx, next) => page().koa(ctx, next) : (_ctx, next) => next())
    app.use((ctx) => {
      ctx.tasks.addTask(work, ctx.url)
      ctx.body = 'ok'
    })
    return { server: http.createServer(app.callback()), runner: tasks.runner }
  },
  async Fastify({ fastify }, page) {
    const app = createFastify()
    await app.register(fastify.backgroundTasks)
    if (page) {
      app.all('/tasks/*', (request, reply) => {
        reply.hijack()
        page()(request.raw, reply.raw)
      })
    }
    app.get('/orders/:id', (request, reply) => {
      request.tasks.addTask(work, request.url)
      reply.send('ok')
    })
    await app.ready()
    return { server: app.server, runner: app.taskRunner }
  },
  async Express(copy, page) {
    const app = express()
    const tasks = copy.express.backgroundTasks()
    app.use(tasks)
    app.use(page ? (req, res, next) => page()(req, res, next) : (_req, _res, next) => next())
    app.get('/orders/:id', (req, res) => {
      res.locals.tasks.addTask(work, req.url)
      res.send('ok')
    })
    return { server: http.createServer(app), runner: tasks.runner }
  },
}
