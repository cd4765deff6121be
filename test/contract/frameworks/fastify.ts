import { createReadStream } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { backgroundTasks, currentTask } from '@backgrounder/fastify'
import fastify5, { type FastifyRequest } from 'fastify'
import fastify4 from 'fastify4'
import type { Framework, Kind } from '../framework.js'
import { NaiveTasks, naiveOutcome } from '../naive.js'

const framework =
  (name: string, createFastify: typeof fastify5) =>
  (kind: Kind): Framework => ({
    name,
    outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
    async start(handler, options) {
      const app = createFastify({ forceCloseConnections: true })
      const naive = new WeakMap<FastifyRequest, NaiveTasks>()
      if (kind === 'ours') await app.register(backgroundTasks, { ...options })
      app.addHook('onRequest', (request, _reply, done) => {
        naive.set(request, new NaiveTasks())
        done()
      })
      app.addHook('onResponse', (request, reply, done) => {
        void naive.get(request)?.run({ sent: true, status: reply.statusCode })
        done()
      })
      app.all('/*', async (request, reply) => {
        const tasks = kind === 'ours' ? request.tasks : (naive.get(request) as NaiveTasks)
        await handler({
          req: request.raw,
          res: reply.raw,
          tasks,
          send: (body, status = 200) => reply.code(status).send(body ?? undefined),
          redirect: (url) => reply.redirect(url),
          stream: (body) => reply.send(body),
          file: (path) => reply.send(createReadStream(path)),
          notFound: () => reply.callNotFound(),
          takeOver: () => reply.hijack(),
        })
        return reply
      })
      await app.listen({ port: 0, host: '127.0.0.1' })
      return {
        server: app.server,
        port: (app.server.address() as AddressInfo).port,
        runner: kind === 'ours' ? app.taskRunner : undefined,
        close: () => app.close(),
        inject: async (url) => (await app.inject(url)).body,
      }
    },
  })

export const fastifyFrameworks = [
  framework('Fastify 4', fastify4),
  framework('Fastify 5', fastify5),
]
