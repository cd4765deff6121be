import { type IncomingMessage, ServerResponse } from 'node:http'
import type { RequestTasks } from '@backgrounder/core'
import * as http from '@backgrounder/http'
import type {} from 'hono'

export * from '@backgrounder/core'

/**
 * Where the collector is found: declare another `property` here when `c.var.tasks` is taken.
 *
 * @example
 * ```ts
 * declare module '@backgrounder/hono' { interface Register { property: 'background' } }
 * app.use(backgroundTasks({ property: 'background' })) // c.var.background
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: an app fills it
export interface Register {}

type Property = http.PropertyOf<Register>

declare module 'hono' {
  interface ContextVariableMap extends http.TasksAs<Property> {}
}

/** Of the runner that is made, or `runner`, one of your own; and `property`, another name for `tasks`. */
export type BackgroundTasksOptions = http.AppOptions<Property>

/** The part of Hono's context that is used, of whatever Env. */
interface Context {
  readonly env: unknown
}

/** The middleware, with its runner. */
export interface BackgroundTasks extends http.AppRunner {
  (c: Context, next: () => Promise<void>): Promise<void>
}

const mend = 'app.use(backgroundTasks())'

/**
 * Middleware that gives `c.var.tasks`: whatever is added runs once the response is over.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * ```ts
 * app.use(backgroundTasks())
 * app.post('/signup', async (c) => {
 *   c.var.tasks.addTask(sendEmail, (await c.req.json()).email)
 *   return c.json({ ok: true }, 202)
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

  function collectTasks(c: Context, next: () => Promise<void>): Promise<void> {
    const { incoming, outgoing = new ServerResponse(incoming) } = bindings(c)
    const tasks = http.collectTasks(incoming, outgoing, app.runner, incoming)
    ;(c as Context & Variables).set(property, tasks)
    return http.enterTasks(tasks, app.runner, next)
  }

  return Object.assign(collectTasks, app)
}

/**
 * The tasks of a context, wherever the collector's property is.
 *
 * @throws NoTasksError when the context has not passed `backgroundTasks()`.
 */
export function getTasks(c: Context): RequestTasks {
  return http.getTasks(bindings(c).incoming, mend)
}

interface Variables {
  set(key: string, value: RequestTasks): void
}

interface Bindings {
  readonly incoming: IncomingMessage
  /** None for an upgrade: a response that is never written ends with its connection. */
  readonly outgoing?: ServerResponse
}

/** What `@hono/node-server` gives with each request; in `server`, if the app has bindings of its own. */
function bindings(c: Context): Bindings {
  const env = c.env as (Partial<Bindings> & { readonly server?: Partial<Bindings> }) | undefined
  const given = env?.server ?? env
  if (given?.incoming) return given as Bindings
  throw new http.NoTasksError(
    'This request came without a response of Node.js, after which its tasks could run. Serve the ' +
      'app with @hono/node-server: serve(app), and in a test supertest(createAdaptorServer(app)). ' +
      "Elsewhere use that runtime's own waitUntil",
  )
}
