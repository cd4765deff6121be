import type { Http2ServerRequest } from 'node:http2'
import * as http from '@backgrounder/http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const responseOf: unique symbol = Symbol('backgrounder.response')
const appOf: unique symbol = Symbol('backgrounder.app')

interface App {
  readonly runner: http.Runner
  readonly responses: http.AppResponses
}

/** The part of Fastify's request that is used, on a server of either protocol. */
export interface Request {
  readonly raw: FastifyRequest['raw'] | Http2ServerRequest
  [responseOf]?: FastifyReply['raw'] | null
  readonly [appOf]?: App
}

export const mend = 'await app.register(backgroundTasks)'

/**
 * The tasks of a request, wherever the collector's property is.
 *
 * @throws NoTasksError when the request has not passed the plugin's `onRequest` hook.
 */
export function getTasks(request: Request): http.RequestTasks {
  const { [responseOf]: response, [appOf]: app } = (request as Request | undefined) ?? {}
  if (response && app) {
    const described = request as http.Describable
    return http.collectTasks(described, response, app.runner, response, app.responses)
  }
  throw new http.NoTasksError(
    `This request collects no tasks (yet). Add before other onRequest hooks: ${mend}`,
  )
}

/** Gives every request of the app the property; the collector is made when it is first read. */
export function addProperty(fastify: FastifyInstance, property: string, app: App): void {
  fastify.decorateRequest(responseOf, null)
  fastify.decorateRequest(appOf, { getter: () => app })
  // A getter, so that whoever comes too early gets a sentence and not a null.
  fastify.decorateRequest(property, {
    getter(this: FastifyRequest) {
      return getTasks(this)
    },
  })
  // Synchronous: an async hook lets a pipelined error overtake the answer before it.
  fastify.addHook('onRequest', function collectTasks(request, reply, next) {
    ;(request as Request)[responseOf] = reply.raw
    next()
  })
  if (!app.runner.options.asyncContext) return
  function enterTasks(request: FastifyRequest, _reply: FastifyReply, next: () => void): void {
    http.enterTasks(getTasks(request), app.runner, next)
  }
  fastify.addHook('onRequest', enterTasks)
}
