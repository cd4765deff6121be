import http from 'node:http'
import type { AddressInfo } from 'node:net'
import net from 'node:net'
import type { AppOptions, RequestTasks } from '@backgrounder/http'

// Runs in the child, after the SDK: each framework is loaded by whoever asks for it alone.

export interface App {
  readonly port: number
  /** Waits for the tasks, and closes. */
  close(): Promise<unknown>
}

/** Adds tasks, and gives back what the answer is. */
type Handler = (tasks: RequestTasks) => unknown

export const starters = {
  async express(handler: Handler, options: AppOptions<'tasks'>): Promise<App> {
    const { default: express } = await import('express')
    const { backgroundTasks } = await import('@backgrounder/express')
    const background = backgroundTasks(options)
    const app = express().use(background)
    app.get('/signup', async (_req, res) => {
      await handler(res.locals.tasks)
      res.send('ok')
    })
    const server = await listen(http.createServer(app))
    return { port: portOf(server), close: () => background.drain({ server }) }
  },

  async koa(handler: Handler, options: AppOptions<'tasks'>): Promise<App> {
    const { default: Koa } = await import('koa')
    const { backgroundTasks } = await import('@backgrounder/koa')
    const background = backgroundTasks(options)
    const app = new Koa().use(background)
    app.use(async (ctx) => {
      await handler(ctx.tasks)
      ctx.body = 'ok'
    })
    const server = await listen(http.createServer(app.callback()))
    return { port: portOf(server), close: () => background.drain({ server }) }
  },

  async fastify(handler: Handler, options: AppOptions<'tasks'>): Promise<App> {
    const { default: Fastify } = await import('fastify')
    const { backgroundTasks } = await import('@backgrounder/fastify')
    const app = Fastify()
    await app.register(backgroundTasks, options)
    app.get('/signup', async (request) => {
      await handler(request.tasks)
      return 'ok'
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return { port: portOf(app.server), close: () => app.close() }
  },
} as const

export type FrameworkName = keyof typeof starters

/** The other side of the task: a server of its own. */
export async function startMailServer(): Promise<http.Server> {
  return listen(
    http.createServer((req, res) => {
      res.statusCode = req.url === '/refused' ? 503 : 200
      res.end()
    }),
  )
}

function listen(server: http.Server): Promise<http.Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

export function portOf(server: net.Server): number {
  return (server.address() as AddressInfo).port
}

/** A client that no instrumentation sees, and that keeps nothing open. */
export function ask(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
    socket
      .resume()
      .on('error', reject)
      .on('close', () => resolve())
  })
}
