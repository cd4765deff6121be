import type http from 'node:http'
import { backgroundTasks } from '@backgrounder/hono'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { BuildApp } from '../variants.js'
import { addWork, isOurs } from '../work.js'

export const honoApp: BuildApp = async (variant) => {
  if (variant === 'onResponse hook, 1 task') return undefined
  const app = new Hono<{ Bindings: HttpBindings }>()
  const middleware = backgroundTasks()
  if (isOurs(variant)) app.use(middleware)
  if (variant === 'a middleware that does nothing') app.use((_c, next) => next())
  app.get('*', (c) => {
    addWork(variant, c.req.path, c.env.outgoing, () => c.var.tasks)
    return c.body('ok')
  })
  const server = createAdaptorServer({ fetch: app.fetch }) as http.Server
  return { server, settled: () => middleware.runner.settled() }
}
