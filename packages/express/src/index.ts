import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestTasks } from '@backgrounder/core'
import * as http from '@backgrounder/http'

export * from '@backgrounder/core'

/**
 * Where the collector is found: declare another `property` here when `res.locals.tasks` is taken.
 *
 * @example
 * ```ts
 * declare module '@backgrounder/express' { interface Register { property: 'background' } }
 * app.use(backgroundTasks({ property: 'background' })) // res.locals.background
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: an app fills it
export interface Register {}

type Property = http.PropertyOf<Register>

declare global {
  namespace Express {
    interface Locals extends http.TasksAs<Property> {}
  }
}

/** Of the runner that is made, or `runner`, one of your own; and `property`, another name for `tasks`. */
export type BackgroundTasksOptions = http.AppOptions<Property>

/** The middleware, with its runner. */
export interface BackgroundTasks extends http.AppRunner {
  (req: IncomingMessage, res: ServerResponse, next: () => void): void
}

type Response = ServerResponse & { readonly locals: Record<string, unknown> }

const mend = 'app.use(backgroundTasks())'

/**
 * Middleware that gives `res.locals.tasks`: whatever is added runs once the response is over.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * ```ts
 * app.use(backgroundTasks())
 * app.post('/signup', (req, res) => {
 *   res.locals.tasks.addTask(sendEmail, req.body.email)
 *   res.status(202).json({ ok: true })
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

  function collectTasks(req: IncomingMessage, res: ServerResponse, next: () => void): void {
    const { locals } = res as Response
    // Kept on locals: a property on Express's response itself costs 1.5 kB.
    const tasks = http.collectTasks(req, res, app.runner, locals)
    locals[property] = tasks
    http.enterTasks(tasks, app.runner, next)
  }

  return Object.assign(collectTasks, app)
}

/**
 * The tasks of a response, wherever the collector's property is.
 *
 * @throws NoTasksError when the response has not passed `backgroundTasks()`.
 */
export function getTasks(res: ServerResponse): RequestTasks {
  return http.getTasks((res as Response | undefined)?.locals ?? res, mend)
}
