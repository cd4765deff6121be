import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { backgroundTasks, currentTask } from '@backgrounder/express'
import compression from 'compression'
import express from 'express'
import { expect, it } from 'vitest'
import { request } from './contract/clients/http1.js'

it('after Express’s compression middleware, which ends a response later: once, after the last byte', async () => {
  const big = 'x'.repeat(8 * 1024 * 1024)
  const seen: unknown[] = []
  const middleware = backgroundTasks()
  const app = express().use(compression(), middleware)
  app.get('/', (_req, res) => {
    res.locals.tasks.addTask(() => seen.push([currentTask()?.outcome, res.writableFinished]))
    res.send(big)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const answer = await request((server.address() as AddressInfo).port, {
    headers: { 'accept-encoding': 'gzip' },
  })
  await middleware.drain()
  server.close()
  expect(answer.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(answer.body).length).toBe(big.length)
  expect(seen).toEqual([[{ sent: true, status: 200 }, true]])
})
