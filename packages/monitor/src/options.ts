import type { IncomingMessage } from 'node:http'
import { expected, isRunner, type Rules, type Runner, validate } from '@backgrounder/core'

/** What a visitor may do: look, or also cancel tasks and retry dead letters, or nothing at all. */
export type Access = 'read' | 'write' | false

/** Options of `monitor()`. */
export interface MonitorOptions {
  /**
   * Decides for each request to the page who may see it. It is asked again every 30 s while a page is
   * open, in the async context of that page's request. With what it throws the request is answered 500,
   * without a word of it; with no answer in 10 s, 503, and a page that is open ends.
   *
   * `context` is what the framework made of the request: Koa's `ctx`, Fastify's `request`; on Express
   * and `node:http` the request itself.
   */
  // Of an async function a string too: TypeScript makes one of its `'read'` beside a union. What it is
  // is looked at when it is given.
  authorize(req: IncomingMessage, context: unknown): Access | Promise<Access | (string & {})>
  /**
   * Makes a text of a task's arguments, to be shown; the first 500 characters are.
   *
   * @default none: arguments are not shown
   */
  formatArgs?: ((args: readonly unknown[], name: string) => string) | undefined
  /**
   * Buttons of your own at the top of the page, for who may write: what each says, and what it does. What
   * that throws is told to whoever has pressed it.
   *
   * @default none
   */
  actions?: Readonly<Record<string, () => unknown>> | undefined
  /**
   * Where the page is, for a server that cuts nothing off the URL: `'/tasks'`. What lies elsewhere goes
   * to `next`.
   *
   * @default the mount's own
   */
  path?: string | undefined
}

/** What there is to look at: a runner, or several by name. */
export type Runners = Runner | Readonly<Record<string, Runner>>

function isActions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((action) => typeof action === 'function')
}

const rules: Rules<MonitorOptions> = {
  authorize: [(value) => typeof value === 'function', 'a function of the request'],
  formatArgs: [(value) => typeof value === 'function', 'a function that returns a string'],
  actions: [isActions, 'an object of functions by what their buttons say'],
  path: [
    (value) => typeof value === 'string' && /^(\/[^/?#]+)+$/.test(value),
    "a path that begins with a slash and does not end with one, such as '/tasks'",
  ],
}

const example = "For example: monitor(tasks.runner, { authorize: (req) => isAdmin(req) && 'read' })"

export function checkOptions(options: MonitorOptions): MonitorOptions {
  validate('monitor', options ?? {}, rules, example)
  if (!options?.authorize) {
    throw expected(
      'authorize',
      "a function that gives 'read', 'write' or false for a request: without one, anybody could " +
        'see the page',
      options?.authorize,
      example,
    )
  }
  return options
}

/** The runners by name; one that has no name is the only one. */
export function checkRunners(runners: Runners): Map<string, Runner> {
  if (isRunner(runners)) return new Map([['', runners]])
  const what = 'the runner of monitor'
  const toBe = 'a runner, or an object of runners by name'
  if (hasRunner(runners)) {
    throw expected(what, toBe, runners, `It has one: monitor(${nameOf(runners)}.runner, …)`)
  }
  if (typeof runners !== 'object' || runners === null) {
    throw expected(what, toBe, runners, example)
  }
  const named = Object.entries(runners)
  if (named.length === 0) throw expected(what, toBe, runners, example)
  for (const [name, value] of named) {
    if (isRunner(value)) continue
    const own = hasRunner(value) && `It has one: monitor({ ${name}: ${nameOf(value)}.runner }, …)`
    throw expected(`the runner ${name} of monitor`, 'a runner', value, own || example)
  }
  const names = new Map<Runner, string>()
  for (const [name, runner] of named) {
    const before = names.get(runner)
    if (before !== undefined) {
      throw expected(`the runner ${name} of monitor`, `another one than ${before}`, runner)
    }
    names.set(runner, name)
  }
  return new Map(named)
}

/** What is made with a runner of its own: a middleware, a worker. */
function hasRunner(value: unknown): boolean {
  return isRunner((value as { runner?: unknown } | null | undefined)?.runner)
}

function nameOf(value: unknown): string {
  return typeof value === 'function' ? 'tasks' : 'worker'
}
