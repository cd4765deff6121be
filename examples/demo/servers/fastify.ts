import type { AddressInfo } from 'node:net'
import { setTimeout as database } from 'node:timers/promises'
import { backgroundTasks } from '@backgrounder/fastify'
import createFastify from 'fastify'
import type { Ledger } from '../ledger.js'
import type { RunningServer } from '../server.js'

export async function startFastify({ work, onError }: Ledger): Promise<RunningServer> {
  const app = createFastify()
  await app.register(backgroundTasks, { onError })

  app.post('/signup', async (request, reply) => {
    await database(30)
    request.tasks.addTask(work(request.url, 'welcome mail', 90))
    request.tasks.addTask(work(request.url, 'audit line', 40))
    return reply.code(202).send()
  })

  app.post('/booking', async (request, reply) => {
    request.tasks.addTask(work(request.url, 'release seats', 70))
    await database(100)
    return reply.code(200).send()
  })

  app.post('/bug', async (request) => {
    request.tasks.addTask(work(request.url, 'tell the team', 60))
    throw new Error('a bug')
  })

  app.post('/order', async (request, reply) => {
    await database(20)
    request.tasks.addTask(work(request.url, 'charge card', 50, 'card declined'))
    request.tasks.addTask(work(request.url, 'update stock', 60))
    return reply.code(202).send()
  })

  app.post('/photo', async (request, reply) => {
    await database(20)
    request.tasks.asGroup = true
    request.tasks.addTask(work(request.url, 'thumbnail', 70))
    request.tasks.addTask(work(request.url, 'medium size', 110))
    request.tasks.addTask(work(request.url, 'large size', 160))
    return reply.code(202).send()
  })

  app.post('/report', async (request, reply) => {
    await database(20)
    request.tasks.addTask(work(request.url, 'write report', 280))
    return reply.code(202).send()
  })

  app.post('/news', async (request, reply) => {
    request.tasks.addTask(work(request.url, 'count visit', 30))
    return reply.code(200).send()
  })

  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    port: (app.server.address() as AddressInfo).port,
    close: () => app.close(), // waits for the tasks by itself
  }
}
