import http from 'node:http'
import { backgroundTasks } from '@backgrounder/koa'
import Koa from 'koa'
import type { BuildApp } from '../variants.js'
import { addWork, isOurs } from '../work.js'

export const koaApp: BuildApp = async (variant) => {
  if (variant === 'onResponse hook, 1 task') return undefined
  const app = new Koa()
  const middleware = backgroundTasks()
  if (isOurs(variant)) app.use(middleware)
  if (variant === 'a middleware that does nothing') app.use((_ctx, next) => next())
  app.use((ctx) => {
    addWork(variant, ctx.url, ctx.res, () => ctx.tasks)
    ctx.body = 'ok'
  })
  return { server: http.createServer(app.callback()), settled: () => middleware.runner.settled() }
}
