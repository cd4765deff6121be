import type { IncomingMessage, ServerResponse } from 'node:http'
import { below } from './path.js'
import { serve } from './serve.js'
import type { Site } from './site.js'

/** The part of Koa's context that is used, in every major version. */
export interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly originalUrl: string
  readonly url: string
  respond?: boolean | undefined
}

/** Middleware for Koa. */
export interface KoaMiddleware {
  (ctx: KoaContext, next: () => Promise<unknown>): Promise<unknown>
}

export function makeMiddleware(site: Site, mount: string): KoaMiddleware {
  return function serveMonitor(ctx, next) {
    // As with nearly all: Koa's own properties are looked up for no other.
    if (!ctx.req.url?.startsWith(mount)) return next()
    const { req, res, url, originalUrl } = ctx
    const path = below(mount, url, originalUrl)
    if (path === undefined) return next()
    ctx.respond = false
    // What a parser has made of it is the request's of Koa.
    const { request } = ctx as { request?: { body?: unknown } }
    return serve(site, { req, res, context: ctx, path, url: originalUrl, body: request?.body })
  }
}
