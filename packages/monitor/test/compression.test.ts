import { createRunner } from '@backgrounder/core'
import { monitor } from '@backgrounder/monitor'
import compression from 'compression'
import express from 'express'
import { expect, it } from 'vitest'
import { ask, Events } from './events.js'
import { serve } from './places.js'

it('behind a compression nothing is held back', async () => {
  const runner = createRunner()
  const page = monitor(runner, { authorize: () => 'read' })
  const app = express().use(compression({ threshold: 0, filter: () => true }), page)
  const url = await serve(Object.assign(app as unknown as typeof page, { close: page.close }))
  const headers = { 'accept-encoding': 'gzip' }
  const events = new Events(`${url}events`, headers)
  await expect.poll(() => events.of('full').length).toBe(1)
  runner.addTask(function later() {})
  await expect.poll(() => events.last('names')).toMatchObject([{ name: 'later' }])
  expect((await ask(url, { headers })).status).toBe(200)
})
