import type { AddressInfo } from 'node:net'
import { backgroundTasks } from '@backgrounder/fastify'
import createFastify from 'fastify'
import { type App, Cancellable, DRAIN_MS, onError, type Settings } from '../app.js'
import * as work from '../work.js'

interface WithId {
  Params: { id: string }
}

export async function fastifyApp({ engine, invoice }: Settings): Promise<App> {
  const app = createFastify()
  await app.register(backgroundTasks, { engine, onError, drainTimeout: DRAIN_MS })
  const exported = new Cancellable()

  app.post<{ Querystring: { taken?: string } }>('/signup', async (request, reply) => {
    request.tasks.addTask(work.welcomeMail, 'ada@example.com')
    request.tasks.addTask(work.auditLine, 'signup')
    return reply.code(request.query.taken === undefined ? 202 : 409).send()
  })

  app.post<WithId>('/orders/:id', async (request, reply) => {
    request.tasks.addTask(work.chargeCard, request.params.id)
    request.tasks.addTask(work.auditLine, `order ${request.params.id}`)
    return reply.code(202).send()
  })

  app.post<WithId>('/photos/:id', async (request, reply) => {
    request.tasks.asGroup = true
    for (const width of [320, 640, 1_280]) {
      request.tasks.addTask(work.thumbnail, request.params.id, width)
    }
    return reply.code(202).send()
  })

  app.post<WithId>('/reports/:id', async (request, reply) => {
    request.tasks.addTask(work.monthlyReport, request.params.id)
    return reply.code(202).send()
  })

  app.post<WithId>('/webhooks/:id', async (request, reply) => {
    request.tasks.addTask(work.webhook, request.params.id)
    return reply.code(202).send()
  })

  app.post<WithId>('/exports/:id', async (request, reply) => {
    const { id } = request.params
    exported.add(id, request.tasks.addTask(work.exportData, id))
    return reply.code(202).send()
  })

  app.delete<WithId>('/exports/:id', async (request, reply) => {
    return reply.code(exported.cancel(request.params.id) ? 202 : 404).send()
  })

  app.post<WithId>('/invoices/:id', async (request, reply) => {
    await request.tasks.enqueue(invoice, request.params.id)
    return reply.code(202).send()
  })

  await app.ready()
  return {
    runner: app.taskRunner,
    async listen(port) {
      await app.listen({ port, host: '127.0.0.1' })
      return (app.server.address() as AddressInfo).port
    },
    async close() {
      await app.close() // waits for the tasks by itself
      return app.taskRunner.stats.abandoned === 0
    },
  }
}
