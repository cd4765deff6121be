import { createReadStream } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { backgroundTasks, currentTask } from '@backgrounder/fastify'
import fastify5, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import fastify4 from 'fastify4'
import { connectionsOf, type Framework, type Kind, type Layout } from '../framework.js'
import { NaiveTasks, naiveOutcome } from '../naive.js'

/** What a layout mounts, where it wants to. */
interface Parts {
  readonly app: FastifyInstance
  readonly adapter: (app: FastifyInstance) => Promise<unknown>
  /** The handler as a hook, after which the route is called. */
  readonly hook: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  readonly handle: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
}

const never = (layout: Layout) => () => {
  throw new Error(`Fastify knows no ${layout}`)
}

const layouts: Record<Layout, (parts: Parts) => Promise<unknown>> = {
  async app({ app, adapter, handle }) {
    await adapter(app)
    app.all('/*', handle)
  },
  async twice({ app, adapter }) {
    await adapter(app)
    await adapter(app)
  },
  'twice, differing': never('twice, differing'),
  router: never('router'),
  async 'sub-app'({ app, adapter, hook, handle }) {
    await adapter(app)
    app.addHook('preHandler', hook)
    await app.register(async (child) => void child.get('/inner', handle))
  },
  async 'sub-app, mounted again'({ app, adapter }) {
    await adapter(app)
    await app.register(async (child) => void (await adapter(child)))
  },
  async siblings({ app, adapter, handle }) {
    for (const path of ['/a', '/b']) {
      await app.register(async (child) => {
        await adapter(child)
        child.get(path, handle)
      })
    }
  },
  async '404'({ app, adapter, handle }) {
    await adapter(app)
    app.setNotFoundHandler(handle)
  },
  async error({ app, adapter, handle }) {
    await adapter(app)
    app.setErrorHandler((_error, request, reply) => handle(request, reply))
    app.all('/*', handle)
  },
}

const framework =
  (name: string, createFastify: typeof fastify5, isHttp2: boolean) =>
  (kind: Kind): Framework => ({
    name,
    family: 'Fastify',
    isHttp2,
    outcome: () => (kind === 'ours' ? currentTask()?.outcome : naiveOutcome()),
    async start(handler, options, layout = 'app') {
      const app = createFastify((isHttp2 ? { http2: true } : {}) as object)
      const errors: unknown[] = []
      const naive = new WeakMap<FastifyRequest, NaiveTasks>()
      app.addHook('onRequest', (request, _reply, done) => {
        naive.set(request, new NaiveTasks())
        done()
      })
      app.addHook('onResponse', (request, reply, done) => {
        void naive.get(request)?.run({ sent: true, status: reply.statusCode })
        done()
      })
      app.addHook('onError', (_request, _reply, error, done) => {
        errors.push(error)
        done()
      })
      async function hook(request: FastifyRequest, reply: FastifyReply): Promise<void> {
        await handler({
          req: request.raw,
          res: reply.raw,
          tasks: kind === 'ours' ? request.tasks : (naive.get(request) as NaiveTasks),
          holder: request,
          send: (body, status = 200) => reply.code(status).send(body ?? undefined),
          redirect: (url) => reply.redirect(url),
          stream: (body) => reply.send(body),
          file: (path) => reply.send(createReadStream(path)),
          // Where another handler is to come, Fastify calls it by itself.
          next: () => layout === 'app' && reply.callNotFound(),
          takeOver: () => reply.hijack(),
          // Parsed before the handler is called.
          body: async () => String(request.body),
        })
      }
      await layouts[layout]({
        app,
        async adapter(where) {
          if (kind === 'ours') await where.register(backgroundTasks, { ...options })
        },
        hook,
        async handle(request, reply) {
          await hook(request, reply)
          return reply
        },
      })
      const connections = connectionsOf(app.server)
      await app.listen({ port: 0, host: '127.0.0.1' })
      return {
        server: app.server,
        port: (app.server.address() as AddressInfo).port,
        runner: kind === 'ours' ? app.taskRunner : undefined,
        errors,
        closeConnections: connections.end,
        close() {
          connections.end()
          return app.close()
        },
        inject: async (url) => (await app.inject(url)).body,
        async shutDown() {
          const closed = app.close()
          connections.closeSessions()
          await closed
        },
      }
    },
  })

export const fastifyFrameworks = [
  framework('Fastify 4', fastify4, false),
  framework('Fastify 5', fastify5, false),
  framework('Fastify 4 · HTTP/2', fastify4, true),
  framework('Fastify 5 · HTTP/2', fastify5, true),
]
