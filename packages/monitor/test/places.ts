import http from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  backgroundTasks as forExpress,
  type Runner,
  type RunnerOptions,
} from '@backgrounder/express'
import { backgroundTasks as forFastify } from '@backgrounder/fastify'
import { collectTasks, createRunner } from '@backgrounder/http'
import { backgroundTasks as forKoa } from '@backgrounder/koa'
import { type Monitor, type MonitorOptions, monitor } from '@backgrounder/monitor'
import express5 from 'express'
import express4 from 'express4'
import fastify5 from 'fastify'
import fastify4 from 'fastify4'
import Koa3 from 'koa'
import mount from 'koa-mount'
import Koa2 from 'koa2'
import { afterEach } from 'vitest'

/** A server with a page at `/tasks` and one route, `/add`, which adds what the test gives it. */
export interface Place {
  readonly origin: string
  /** With a slash at its end. */
  readonly url: string
  readonly runner: Runner
  readonly page: Monitor
  /** Stops as one does it there. */
  stop(timeout?: number): Promise<unknown>
}

export interface Setting {
  /** What the route adds. */
  readonly task?: () => unknown
  readonly runner?: RunnerOptions
  readonly options?: Partial<MonitorOptions>
}

type Start = (setting: Required<Setting>, options: MonitorOptions) => Promise<Omit<Place, 'url'>>

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

function express(make: typeof express5): Start {
  return async ({ task, runner }, options) => {
    const tasks = forExpress(runner)
    const page = monitor(tasks.runner, options)
    const app = make().use(tasks, make.json())
    app.use('/tasks', page)
    app.post('/add', (_req, res) => {
      res.locals.tasks.addTask(task)
      res.end('ok')
    })
    const server = app.listen(0)
    return {
      ...(await listening(server, page)),
      runner: tasks.runner,
      stop: stopped(tasks, server),
    }
  }
}

function koa(Koa: typeof Koa3, isMounted: boolean): Start {
  return async ({ task, runner }, options) => {
    const tasks = forKoa(runner)
    const page = monitor(tasks.runner, isMounted ? options : { ...options, path: '/tasks' })
    const app = new Koa().use(tasks)
    app.use(isMounted ? mount('/tasks', page.koa) : page.koa)
    app.use((ctx) => {
      ctx.tasks.addTask(task)
      ctx.body = 'ok'
    })
    const server = app.listen(0)
    return {
      ...(await listening(server, page)),
      runner: tasks.runner,
      stop: stopped(tasks, server),
    }
  }
}

function fastify(make: typeof fastify5): Start {
  return async ({ task, runner }, options) => {
    const app = make()
    await app.register(forFastify, runner)
    const page = monitor(app.taskRunner, options)
    await app.register(page.fastify, { prefix: '/tasks' })
    app.post('/add', async (request) => {
      request.tasks.addTask(task)
      return 'ok'
    })
    await app.listen({ port: 0 })
    return {
      ...(await listening(app.server, page)),
      runner: app.taskRunner,
      stop: () => app.close(),
    }
  }
}

const node: Start = async ({ task, runner: runnerOptions }, options) => {
  const runner = createRunner(runnerOptions)
  const page = monitor(runner, { ...options, path: '/tasks' })
  const server = http.createServer((req, res) => {
    page(req, res, () => {
      collectTasks(req, res, runner).addTask(task)
      res.end('ok')
    })
  })
  server.listen(0)
  return { ...(await listening(server, page)), runner, stop: stopped(runner, server) }
}

function stopped(tasks: Pick<Runner, 'drain'>, server: http.Server): Place['stop'] {
  return (timeout = 20_000) => tasks.drain({ server, timeout })
}

async function listening(
  server: http.Server,
  page: Monitor,
): Promise<Pick<Place, 'origin' | 'page'>> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  stops.push(() => {
    page.close()
    server.closeAllConnections()
    server.close()
  })
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, page }
}

/** Serves a page alone; gives back its URL. */
export async function serve(page: Monitor, handler: http.RequestListener = page): Promise<string> {
  const { origin } = await listening(http.createServer(handler).listen(0), page)
  return `${origin}/`
}

/** Each way in which a page is mounted. */
export const starts: Readonly<Record<string, Start>> = {
  'Express 5': express(express5),
  'Express 4': express(express4 as unknown as typeof express5),
  'Koa 3 with koa-mount': koa(Koa3, true),
  'Koa 3 with a path': koa(Koa3, false),
  'Koa 2 with koa-mount': koa(Koa2 as unknown as typeof Koa3, true),
  'Fastify 5': fastify(fastify5),
  'Fastify 4': fastify(fastify4 as unknown as typeof fastify5),
  'node:http': node,
}

/** Starts a server; what it logs goes nowhere. */
export async function start(setting: Setting = {}, name = 'node:http'): Promise<Place> {
  const { task = () => {}, runner = {}, options } = setting
  const all = { authorize: () => 'write' as const, ...options }
  const silent = { logger: { error() {} }, ...runner }
  const place = await (starts[name] as Start)({ task, runner: silent, options: all }, all)
  return { ...place, url: `${place.origin}/tasks/` }
}
