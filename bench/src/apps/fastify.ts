import { backgroundTasks } from '@backgrounder/fastify'
import createFastify from 'fastify'
import type { BuildApp } from '../variants.js'
import { addWork, isOurs, work } from '../work.js'

export const fastifyApp: BuildApp = async (variant) => {
  const app = createFastify()
  if (isOurs(variant)) await app.register(backgroundTasks)
  if (variant === 'a middleware that does nothing') {
    app.addHook('onRequest', (_request, _reply, next) => next())
  }
  if (variant === 'onResponse hook, 1 task') {
    app.addHook('onResponse', (request, _reply, done) => {
      setImmediate(work, request.url)
      done()
    })
  }
  app.get('/orders/:id', (request, reply) => {
    addWork(variant, request.url, reply.raw, () => request.tasks)
    reply.send('ok')
  })
  await app.ready()
  return {
    server: app.server,
    settled: () => (isOurs(variant) ? app.taskRunner.settled() : Promise.resolve()),
  }
}
