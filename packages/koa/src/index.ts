import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestTasks } from '@backgrounder/core'
import * as http from '@backgrounder/http'
import type {} from 'koa'

export * from '@backgrounder/core'

/**
 * Where the collector is found: declare another `property` here when `ctx.tasks` is taken.
 *
 * @example
 * ```ts
 * declare module '@backgrounder/koa' { interface Register { property: 'background' } }
 * app.use(backgroundTasks({ property: 'background' })) // ctx.background
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: an app fills it
export interface Register {}

type Property = http.PropertyOf<Register>

declare module 'koa' {
  interface DefaultContext extends http.TasksAs<Property> {}
}

/** Of the runner that is made, or `runner`, one of your own; and `property`, another name for `tasks`. */
export type BackgroundTasksOptions = http.AppOptions<Property>

/** The part of Koa's context that is used, in every major version. */
interface Context {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

/** The middleware, with its runner. */
export interface BackgroundTasks extends http.AppRunner {
  (ctx: Context, next: () => Promise<unknown>): Promise<unknown>
}

const mend = 'app.use(backgroundTasks())'

/**
 * Middleware that gives `ctx.tasks`: whatever is added runs once the response is over.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * ```ts
 * app.use(backgroundTasks())
 * app.use((ctx) => {
 *   ctx.tasks.addTask(sendEmail, ctx.query.email)
 *   ctx.status = 202
 * })
 * ```
 */
export function backgroundTasks(
  options: BackgroundTasksOptions = {},
  ...rest: never[]
): BackgroundTasks {
  if (rest.length > 0) {
    throw new TypeError(`backgroundTasks was called as the middleware, which it makes: ${mend}`)
  }
  const { property, ...app } = http.appRunner(options)

  function collectTasks(ctx: Context, next: () => Promise<unknown>): Promise<unknown> {
    const target = ctx as Context & http.Describable & Record<string, unknown>
    const tasks = http.collectTasks(target, ctx.res, app.runner)
    target[property] = tasks
    return http.enterTasks(tasks, app.runner, next)
  }

  return Object.assign(collectTasks, app)
}

/**
 * The tasks of a context, wherever the collector's property is.
 *
 * @throws NoTasksError when the context has not passed `backgroundTasks()`.
 */
export function getTasks(ctx: Context): RequestTasks {
  return http.getTasks((ctx as Context | undefined)?.res as http.Response, mend)
}
