import type { AddressInfo } from 'node:net'
import { backgroundTasks } from '@backgrounder/fastify'
import fastify5, { type FastifyInstance } from 'fastify'
import fastify4 from 'fastify4'
import { addTask, type Framework, later, markEvents, type Options } from './framework.js'
import type { Trace } from './trace.js'

/** Every hook of a request, once with a callback and once async. */
function markHooks(app: FastifyInstance, trace: Trace, where: string): void {
  // One signature of each group, which TypeScript does not join.
  for (const name of ['onRequest', 'preValidation', 'preHandler', 'onResponse']) {
    app.addHook(name as 'onRequest', (_request, _reply, done) => {
      trace.mark(`${name} ${where}`)
      done()
    })
    app.addHook(name as 'onRequest', async () => trace.mark(`async ${name} ${where}`))
  }
  for (const name of ['preParsing', 'preSerialization', 'onSend']) {
    app.addHook(name as 'onSend', (_request, _reply, payload, done) => {
      trace.mark(`${name} ${where}`)
      done(null, payload)
    })
    app.addHook(name as 'onSend', async (_request, _reply, payload) => {
      trace.mark(`async ${name} ${where}`)
      return payload
    })
  }
  app.addHook('onError', async (_request, _reply, error) => {
    trace.mark(`onError ${where}: ${error.message}`)
  })
}

async function build(createFastify: typeof fastify5, options: Options) {
  const { mounted, trace, onHandler } = options
  const mark = options.isPlain ? () => {} : markHooks
  const app = createFastify()
  app.addHook('onRequest', (_request, reply, done) => {
    markEvents(trace, reply.raw)
    done()
  })
  mark(app, trace, 'before')
  if (mounted !== 'nothing') await app.register(backgroundTasks)
  app.addHook('onRequest', (request, _reply, done) => {
    addTask(mounted, () => request.tasks)
    done()
  })
  mark(app, trace, 'after')
  await app.register(async (child) => {
    mark(child, trace, 'in a child')
    child.all('/ok', (request, reply) => {
      trace.mark('handler')
      onHandler?.({ req: request.raw, res: reply.raw, request, reply })
      reply.send({ ok: true })
      trace.mark('handler, after the answer')
    })
  })
  app.get('/later', async () => {
    await undefined
    trace.mark('handler')
    return 'later'
  })
  app.get('/throws', () => {
    trace.mark('handler')
    throw new Error('thrown')
  })
  app.get('/rejects', async () => {
    await undefined
    trace.mark('handler')
    throw new Error('rejected')
  })
  app.get<{ Params: { ms: string } }>('/slow/:ms', async ({ params: { ms } }) => {
    await later(Number(ms))
    return `slow ${ms}`
  })
  app.setErrorHandler<Error>((error, _request, reply) => {
    trace.mark(`error handler: ${error.message}`)
    return reply.code(500).send('sorry')
  })
  return app
}

const framework = (name: string, createFastify: typeof fastify5): Framework => ({
  name,
  async start(options) {
    const app = await build(createFastify, options)
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    return { server: app.server, port, close: () => app.close() }
  },
})

export const fastifyFrameworks = [
  framework('Fastify 4', fastify4),
  framework('Fastify 5', fastify5),
]
