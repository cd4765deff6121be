import http from 'node:http'
import { backgroundTasks } from '@backgrounder/express'
import express from 'express'
import type { BuildApp } from '../variants.js'
import { addWork, isOurs } from '../work.js'

export const expressApp: BuildApp = async (variant) => {
  if (variant === 'onResponse hook, 1 task') return undefined
  const app = express()
  const middleware = backgroundTasks()
  if (isOurs(variant)) app.use(middleware)
  if (variant === 'a middleware that does nothing') app.use((_req, _res, next) => next())
  app.get('/orders/:id', (req, res) => {
    addWork(variant, req.url, res, () => res.locals.tasks)
    res.send('ok')
  })
  return { server: http.createServer(app), settled: () => middleware.runner.settled() }
}
