import type { Http2ServerRequest } from 'node:http2'
import type { RequestTasks, Runner } from '@backgrounder/core'
import * as http from '@backgrounder/http'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { drainOnClose } from './drain-on-close.js'

export * from '@backgrounder/core'

/**
 * Where the collector is found: declare another `property` here when `request.tasks` is taken.
 *
 * @example
 * ```ts
 * declare module '@backgrounder/fastify' { interface Register { property: 'background' } }
 * await app.register(backgroundTasks, { property: 'background' }) // request.background
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: an app fills it
export interface Register {}
type Property = http.PropertyOf<Register>
export type BackgroundTasksOptions = http.AppOptions<Property>

declare module 'fastify' {
  interface FastifyRequest extends http.TasksAs<Property> {}
  interface FastifyInstance {
    /** The runner of this app's background tasks. */
    readonly taskRunner: Runner
  }
}

const responseOf: unique symbol = Symbol('backgrounder.response')
const appOf: unique symbol = Symbol('backgrounder.app')
const mend = 'await app.register(backgroundTasks)'

/** The part of Fastify's request that is used, on a server of either protocol. */
interface Request {
  readonly raw: FastifyRequest['raw'] | Http2ServerRequest
  [responseOf]?: FastifyReply['raw'] | null
  readonly [appOf]?: { readonly runner: Runner; readonly responses: http.AppResponses }
}

/**
 * The tasks of a request, wherever the collector's property is.
 *
 * @throws NoTasksError when the request has not passed the plugin's `onRequest` hook.
 */
export function getTasks(request: Request): RequestTasks {
  const { [responseOf]: response, [appOf]: app } = request
  if (response && app) {
    const described = request as http.Describable
    return http.collectTasks(described, response, app.runner, response, app.responses)
  }
  throw new http.NoTasksError(
    `This request collects no tasks (yet). Add before other onRequest hooks: ${mend}`,
  )
}

function plugin(app: FastifyInstance, options: BackgroundTasksOptions): Promise<void> {
  if (typeof app?.decorateRequest !== 'function') {
    throw new TypeError(`backgroundTasks is the plugin itself: ${mend}`)
  }
  return install(app, options)
}

// Async, so that wrong options reject the register and do not end the process.
async function install(app: FastifyInstance, options: BackgroundTasksOptions): Promise<void> {
  // Fastify's own options of register, which autoload gives to every plugin, come along.
  const { prefix, logLevel, logSerializers, ...own } = options as typeof options &
    Record<'prefix' | 'logLevel' | 'logSerializers', unknown>
  if (app.hasDecorator('taskRunner')) {
    throw new TypeError(
      'backgroundTasks is registered in this app or around it already: register it once, before ' +
        'the plugins whose routes use it',
    )
  }
  const { property, runner, drain } = http.appRunner(own)
  app.decorate('taskRunner', runner)
  app.decorateRequest(responseOf, null)
  const responses = new http.AppResponses()
  const collecting = { runner, responses }
  app.decorateRequest(appOf, { getter: () => collecting })
  // A getter, so that whoever comes too early gets a sentence and not a null.
  app.decorateRequest(property, {
    getter(this: FastifyRequest) {
      return getTasks(this)
    },
  })
  // Synchronous: an async hook lets a pipelined error overtake the answer before it.
  app.addHook('onRequest', function collectTasks(request, reply, next) {
    ;(request as Request)[responseOf] = reply.raw
    next()
  })
  drainOnClose(app, () => {
    responses.loseInjected()
    return drain()
  })
}

/**
 * Plugin that gives `request.tasks`: whatever is added runs once the response is over. Closing the
 * app waits for it.
 *
 * @example
 * ```ts
 * await app.register(backgroundTasks)
 * app.post('/signup', async (request, reply) => {
 *   request.tasks.addTask(sendEmail, request.body.email)
 *   return reply.code(202).send({ ok: true })
 * })
 * ```
 */
export const backgroundTasks: FastifyPluginAsync<BackgroundTasksOptions> = fp(plugin, {
  name: '@backgrounder/fastify',
  fastify: '>=4',
})
