import type { IncomingMessage, ServerResponse } from 'node:http'
import { serve } from './serve.js'
import type { Site } from './site.js'

/** Plugin for Fastify. */
export interface FastifyPlugin {
  (app: object): Promise<void>
}

/** The part of Fastify that is used, in each of its versions. */
interface App {
  removeAllContentTypeParsers(): void
  addContentTypeParser(type: string, parse: (...args: [unknown, unknown, Done]) => void): void
  addHook(name: 'preClose', hook: (done: () => void) => void): void
  route(route: {
    method: string[]
    url: string
    exposeHeadRoute: boolean
    handler: (request: Request, reply: Reply) => void
  }): void
}

type Done = (error: null) => void

interface Request {
  readonly raw: IncomingMessage
  readonly originalUrl: string
  readonly params: unknown
}

interface Reply {
  readonly raw: ServerResponse
  hijack(): void
}

export function makePlugin(site: Site): FastifyPlugin {
  // Async, so that a wrong use rejects the register.
  return async function monitorPage(given) {
    const app = given as App
    if (typeof app?.removeAllContentTypeParsers !== 'function') {
      const mend = "app.register(page.fastify, { prefix: '/tasks' })"
      throw new TypeError(`page.fastify is the plugin itself: ${mend}`)
    }
    // The body is read where the request has been allowed.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    // `close()` waits for every answer.
    app.addHook('preClose', function endPages(done) {
      site.letGo('closed')
      done()
    })
    function servePage(request: Request, reply: Reply): void {
      const { raw: req, originalUrl: url, params } = request
      const { '*': rest } = params as { '*'?: string }
      const slash = url.split('?', 1)[0]?.endsWith('/') ? '/' : ''
      const path = rest ? `/${rest}` : slash
      reply.hijack()
      void serve(site, { req, res: reply.raw, context: request, path, url, body: undefined })
    }
    const route = { method: ['GET', 'HEAD', 'POST'], exposeHeadRoute: false, handler: servePage }
    app.route({ ...route, url: '/' })
    app.route({ ...route, url: '/*' })
  }
}
