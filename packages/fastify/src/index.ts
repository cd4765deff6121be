import type { Runner } from '@backgrounder/core'
import * as http from '@backgrounder/http'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import { drainOnClose } from './drain-on-close.js'
import { reporting } from './request-log.js'
import { addProperty, mend } from './request-property.js'

export * from '@backgrounder/core'
export { getTasks } from './request-property.js'

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
/** Of the runner that is made, or `runner`, one of your own; and `property`, another name for `tasks`. */
export type BackgroundTasksOptions = http.AppOptions<Property>

declare module 'fastify' {
  interface FastifyRequest extends http.TasksAs<Property> {}
  interface FastifyInstance {
    /** The runner of this app's background tasks. */
    readonly taskRunner: Runner
  }
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
  const { responses, defaults } = reporting(app, own)
  const { property, runner, drain } = http.appRunner({ ...own, ...defaults } as http.AppOptions)
  app.decorate('taskRunner', runner)
  addProperty(app, property, { runner, responses })
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
 * app.post<{ Body: { email: string } }>('/signup', async (request, reply) => {
 *   request.tasks.addTask(sendEmail, request.body.email)
 *   return reply.code(202).send({ ok: true })
 * })
 * ```
 */
export const backgroundTasks: FastifyPluginAsync<BackgroundTasksOptions> = fp(plugin, {
  name: '@backgrounder/fastify',
  fastify: '>=4.16',
})
