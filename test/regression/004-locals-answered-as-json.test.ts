import { backgroundTasks } from '@backgrounder/express'
import express5 from 'express'
import express4 from 'express4'
import request from 'supertest'
import { expect, it } from 'vitest'

// Express's own suite answers with its locals: the client was sent a `"tasks":{}` as well.
it.each([
  ['Express 4', express4],
  ['Express 5', express5],
])('%s: res.json(res.locals) is what it was without us', async (_, express) => {
  const app = express().use(backgroundTasks())
  app.use((_req, res) => {
    res.locals.user = 'Ada'
    res.locals.tasks.addTask(() => {})
    res.json(res.locals)
  })
  const { text } = await request(app).get('/').expect(200)
  expect(text).toBe('{"user":"Ada"}')
})
