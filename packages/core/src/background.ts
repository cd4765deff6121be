import { kind, nameOf, notAFunction } from './definition.js'
import { merge, type OwnOptions, type TaskOptions } from './options.js'
import { createRunner, type Runner } from './runner.js'
import type { TaskRun } from './task-run.js'
import type { TaskRunner } from './task-runner.js'
import { taskRules, validate } from './validate.js'

/** A named, reusable definition of a task. Calling it starts the function in the background. */
// biome-ignore lint/suspicious/noExplicitAny: a definition of any arguments is a Background
export interface Background<A extends unknown[] = any[], R = unknown> {
  /** Starts the function in the background, outside of any response, and returns at once. */
  (...args: A): TaskRun
  /** The plain function. */
  readonly func: (this: void, ...args: A) => R
  readonly name: string
  readonly options: Readonly<TaskOptions>
  /**
   * A copy with other options.
   *
   * @throws TypeError for an unknown option or a wrong value.
   */
  with(options: TaskOptions): Background<A, R>
}

/**
 * Defines a task: a function with a name and options. Give it a name of its own: a definition
 * under the function's name makes an `await` of it elsewhere silently stop waiting.
 *
 * @throws TypeError when `func` is not a function, for an unknown option or a wrong value.
 * @example
 * ```ts
 * const welcomeMail = background(sendEmail, { name: 'welcome-mail' })
 * welcomeMail('a@b.c')                           // in the background, now
 * res.locals.tasks.addTask(welcomeMail, 'a@b.c') // after the response
 * await welcomeMail.func('a@b.c')                // the plain function
 * ```
 */
export function background<A extends unknown[], R>(
  func: (this: void, ...args: A) => R,
  options: TaskOptions = {},
  ...rest: never[]
): Background<A, R> {
  refuseDecorator('background', [func, options, ...rest])
  if (typeof func !== 'function') {
    throw notAFunction(func, 'the first argument of background', 'a function')
  }
  return make(func, merge({}, validate('background', options, taskRules, example)))
}

/** The same for a function that runs elsewhere: `accept` sees the arguments whenever they are given. */
export function backgroundElsewhere<A extends unknown[], R>(
  func: (this: void, ...args: A) => R,
  options: TaskOptions,
  accept: (args: unknown[]) => unknown[],
): Background<A, R> {
  const own: OwnOptions = { accept }
  return make(func, merge(own, validate('export', options, taskRules)))
}

const example = "For example: background(send, { name: 'send' })"

function make<A extends unknown[], R>(
  func: (this: void, ...args: A) => R,
  options: Readonly<TaskOptions>,
): Background<A, R> {
  const name = options.name ?? nameOf(func)
  const definition = (...args: A): TaskRun => {
    refuseDecorator(name, args)
    return (defaultRunner() as TaskRunner).start(definition, definition, args)
  }
  const properties = {
    [kind]: 'definition',
    func,
    name,
    options,
    with: (over: TaskOptions) => make(func, merge(options, validate('with()', over, taskRules))),
  }
  for (const key of Reflect.ownKeys(properties)) {
    Object.defineProperty(definition, key, { value: properties[key as keyof typeof properties] })
  }
  return definition as Background<A, R>
}

let shared: Runner | undefined

/** The runner of definitions that are called, made at the first call. An app's drain waits for it. */
export function defaultRunner(): Runner {
  shared ??= createRunner()
  return shared
}

// As `@name` on a method: called with (method, { kind: 'method', … }) by the standard, and with
// (prototype, 'method', { value: method, … }) by TypeScript's experimentalDecorators.
function refuseDecorator(name: string, args: readonly unknown[]): void {
  const [, context, descriptor] = args as [
    unknown,
    { kind?: unknown; addInitializer?: unknown }?,
    object?,
  ]
  const isStandard = args.length === 2 && typeof context?.addInitializer === 'function'
  const isLegacy = args.length === 3 && typeof context === 'string' && isDescriptor(descriptor)
  if (!isStandard && !isLegacy) return
  throw new TypeError(
    `\`${name}\` is a function and not a decorator: make a definition of the function instead, ` +
      "const sendLater = background(send, { name: 'send' })",
  )
}

function isDescriptor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'value' in value && 'writable' in value
}
