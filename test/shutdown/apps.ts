import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DrainOptions, DrainReport, RequestTasks, Runner } from '@backgrounder/core'

// Runs in the child: each framework is loaded by whoever asks for it alone.

/** One request: what a handler needs of its framework. */
interface Exchange {
  readonly path: string
  readonly tasks: RequestTasks
  readonly raw: http.ServerResponse
  send(body: string | Buffer): void
  /** Tells the framework that the handler answers on the raw response. */
  takeOver(): void
}

export type Handler = (exchange: Exchange) => unknown

export interface AppOptions {
  /** Of the drain, in ms. */
  readonly timeout: number
  readonly fastify?: { readonly pluginTimeout?: number; readonly forceCloseConnections?: boolean }
}

export interface App {
  readonly server: http.Server
  readonly port: number
  readonly runner: Runner
  /** Fastify's own close, which drains by itself and reports to nobody. */
  close?(): Promise<void>
  drain?(options: DrainOptions): Promise<DrainReport>
}

export type FrameworkName = keyof typeof starters

const starters = {
  'node:http': startNode,
  'Express 4': (handler: Handler) => startExpress(handler, 'express4'),
  'Express 5': (handler: Handler) => startExpress(handler, 'express'),
  'Koa 2': (handler: Handler) => startKoa(handler, 'koa2'),
  'Koa 3': (handler: Handler) => startKoa(handler, 'koa'),
  'Fastify 4': (handler: Handler, options: AppOptions) =>
    startFastify(handler, options, 'fastify4'),
  'Fastify 5': (handler: Handler, options: AppOptions) => startFastify(handler, options, 'fastify'),
}

export function startApp(
  name: FrameworkName,
  handler: Handler,
  options: AppOptions,
): Promise<Omit<App, 'port'> & { port: number }> {
  return starters[name](handler, options)
}

async function listen(server: http.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function startNode(handler: Handler): Promise<App> {
  const { appRunner, collectTasks } = await import('@backgrounder/http')
  const { runner, drain } = appRunner({})
  const server = http.createServer((req, res) => {
    void handler({
      path: String(req.url),
      tasks: collectTasks(req, res, runner),
      raw: res,
      send: (body) => res.end(body),
      takeOver() {},
    })
  })
  return { server, port: await listen(server), runner, drain }
}

async function startExpress(handler: Handler, module: 'express4' | 'express'): Promise<App> {
  const { default: express } =
    module === 'express' ? await import('express') : await import('express4')
  const { backgroundTasks } = await import('@backgrounder/express')
  const background = backgroundTasks()
  const app = express().use(background)
  app.use((req, res) => {
    void handler({
      path: req.url,
      tasks: res.locals.tasks,
      raw: res,
      send: (body) => void res.send(body),
      takeOver() {},
    })
  })
  const server = http.createServer(app)
  return { server, port: await listen(server), ...background }
}

async function startKoa(handler: Handler, module: 'koa2' | 'koa'): Promise<App> {
  const { default: Koa } = module === 'koa' ? await import('koa') : await import('koa2')
  const { backgroundTasks } = await import('@backgrounder/koa')
  const background = backgroundTasks()
  const app = new Koa().use(background)
  app.use(async (ctx) => {
    await handler({
      path: ctx.url,
      tasks: ctx.tasks,
      raw: ctx.res,
      send: (body) => {
        ctx.body = body
      },
      takeOver() {
        ctx.respond = false
      },
    })
  })
  const server = http.createServer(app.callback())
  return { server, port: await listen(server), ...background }
}

/** What the plugin `pool` has open, as a database pool: until its onClose. */
export const pool = { isOpen: true }

async function startFastify(
  handler: Handler,
  { timeout, fastify: options }: AppOptions,
  module: 'fastify4' | 'fastify',
): Promise<App> {
  const { default: fastify } =
    module === 'fastify' ? await import('fastify') : await import('fastify4')
  const { backgroundTasks } = await import('@backgrounder/fastify')
  const app = fastify(options ?? {})
  await app.register(backgroundTasks, { drainTimeout: timeout })
  await app.register(async function openPool(child) {
    child.addHook('onClose', async () => {
      pool.isOpen = false
    })
  })
  app.get('/*', async (request, reply) => {
    await handler({
      path: request.url,
      tasks: request.tasks,
      raw: reply.raw,
      send: (body) => void reply.send(body),
      takeOver: () => void reply.hijack(),
    })
    return reply
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return { server: app.server, port, runner: app.taskRunner, close: () => app.close() }
}
