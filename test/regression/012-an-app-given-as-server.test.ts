import { createRunner } from '@backgrounder/core'
import fastify from 'fastify'
import { expect, it } from 'vitest'

// An app of Fastify has a `close` as a server has, and nothing else of it: the drain started to close
// the app, and left a timer that ended the process with `getConnections is not a function`.
it('an app in the place of its server is refused, and not closed', async () => {
  const app = fastify()
  let isClosed = false
  app.addHook('onClose', async () => {
    isClosed = true
  })
  const server = app as never
  await expect(createRunner().drain({ server })).rejects.toThrow(
    /^Expected `server` to be a server of node:http, as app.listen\(\) of Express and Koa returns it, got `/,
  )
  expect(isClosed).toBe(false)
  await app.close()
})
