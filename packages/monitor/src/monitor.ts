import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FastifyPlugin, makePlugin } from './fastify-plugin.js'
import { type KoaMiddleware, makeMiddleware } from './koa-middleware.js'
import { checkOptions, checkRunners, type MonitorOptions, type Runners } from './options.js'
import { below } from './path.js'
import { serve } from './serve.js'
import { Site } from './site.js'

/** The page: a handler for Express and `node:http`, with those for Koa and Fastify. */
export interface Monitor {
  (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void): void
  /** Middleware for Koa: `app.use(mount('/tasks', page.koa))`, or with the option `path`. */
  readonly koa: KoaMiddleware
  /** Plugin for Fastify: `app.register(page.fastify, { prefix: '/tasks' })`. */
  readonly fastify: FastifyPlugin
  /** Ends the pages that are open, and counts nothing more; what is asked of it then is answered 503. */
  close(): void
}

/**
 * Makes a live page of a runner's tasks, or of several runners' by name. It counts from now on.
 *
 * @throws TypeError without `authorize`, for an unknown option or a wrong value, and for the same runner
 * under two names.
 * @example
 * ```ts
 * const page = monitor(tasks.runner, { authorize: (req) => isAdmin(req) && 'write' })
 * app.use('/tasks', page) // Express
 * ```
 */
export function monitor(runners: Runners, options: MonitorOptions): Monitor {
  const named = checkRunners(runners)
  const { path = '' } = checkOptions(options)
  const site = new Site(named, options)

  function serveMonitor(
    req: IncomingMessage & { readonly originalUrl?: string; readonly body?: unknown },
    res: ServerResponse,
    next?: (error?: unknown) => void,
  ): void {
    const { url = '/', originalUrl = url } = req
    const place = below(path, url, originalUrl)
    if (place !== undefined) {
      const exchange = { req, res, context: req, path: place, url: originalUrl, body: req.body }
      void serve(site, exchange) // never rejects
    } else if (next) next()
    else res.writeHead(404).end()
  }

  return Object.assign(serveMonitor, {
    koa: makeMiddleware(site, path),
    fastify: makePlugin(site),
    close: () => site.close(),
  })
}
