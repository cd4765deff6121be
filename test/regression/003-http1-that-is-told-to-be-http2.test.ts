import { backgroundTasks, currentTask, type Outcome } from '@backgrounder/koa'
import Koa3 from 'koa'
import Koa2 from 'koa2'
import request from 'supertest'
import { expect, it, vi } from 'vitest'

// Koa's own suite writes the version of the protocol on a request of HTTP/1: the tracker looked for
// the response's stream, and its error in `finish` ended the process.
it.each([
  ['Koa 2', Koa2],
  ['Koa 3', Koa3],
])('%s: a request whose version a handler writes is still HTTP/1', async (_, Koa) => {
  const app = new Koa()
  const outcomes: (Outcome | undefined)[] = []
  app.use(backgroundTasks())
  app.use((ctx) => {
    ctx.tasks.addTask(() => outcomes.push(currentTask()?.outcome))
    ctx.req.httpVersionMajor = 2
    ctx.tasks.addTask(() => outcomes.push(currentTask()?.outcome))
    ctx.status = 404
  })
  await request(app.callback()).get('/').expect(404)
  const sent = { sent: true, status: 404 }
  await vi.waitFor(() => expect(outcomes).toEqual([sent, sent]), 20_000)
})
