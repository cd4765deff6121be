import { type InspectOptions, inspect } from 'node:util'
import { currentContext } from './current-task.js'
import { accepted, type Definition, define, kind, nameOf } from './definition.js'
import { merge, type TaskOptions } from './options.js'
import { callTask } from './policies.js'
import { taskRules, validate } from './validate.js'

/**
 * The arguments of a function as its caller may give them: nothing is inferred from them, so a
 * wrong one is an error at that argument and not at the function.
 */
export type Args<A extends unknown[]> = { [K in keyof A]: NoInfer<A[K]> }

/**
 * A function, its arguments and its options, to be run later: lazy, callable, reusable.
 *
 * @example
 * ```ts
 * const task = new Task(sendEmail, 'a@b.c', { subject: 'Welcome' })
 * await task()                   // runs it here and now, and waits for it
 * res.locals.tasks.addTask(task) // or after the response
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: a Task of any arguments is a Task
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: only so is an instance callable
export class Task<A extends unknown[] = any[], R = unknown> {
  /** The function itself: calling it runs it at once, here. */
  declare readonly func: (this: void, ...args: A) => R
  declare readonly args: A
  declare readonly name: string
  declare readonly options: Readonly<TaskOptions>

  /** @throws TypeError when `func` is not a function, or is a Task and arguments come with it. */
  constructor(func: (this: void, ...args: A) => R, ...args: Args<A>) {
    const definition = define(func, args)
    accepted(definition) // what cannot be added later is refused here
    const task = (() => task.run()) as Task<A, R>
    Object.setPrototypeOf(task, new.target.prototype)
    setProperties(task, definition)
    // biome-ignore lint/correctness/noConstructorReturn: only so is an instance callable
    return task
  }

  /**
   * Runs the function and waits for it, with the task's own `timeout`, `retries` and `signal`.
   * `task()` does the same.
   *
   * @throws the function's own error, as it is; TimeoutError; the reason of `signal`.
   */
  async run(): Promise<void> {
    const call = () => this.callOnce()
    if (currentContext()?.runs(this)) await call()
    else {
      const { name, func, options } = this
      await callTask({ name, func, options, call })
    }
  }

  /** @internal One attempt, whatever its policies. */
  callOnce(): unknown {
    const { func, args } = this // without a `this`
    return func(...args)
  }

  /**
   * A copy with other options.
   *
   * @throws TypeError for an unknown option or a wrong value.
   */
  with(options: TaskOptions): Task<A, R> {
    const { func, args } = this.definition()
    return copyOptions(this, new Task(func, ...args) as Task<A, R>, options)
  }

  /** @internal What a runner is to run for this Task: the function itself, unless `run` is overridden. */
  definition(): Definition {
    if (this.run === Task.prototype.run) return this as unknown as Definition
    return { func: this, args: [], options: this.options }
  }

  /** Its name and arguments, for a log. */
  toString(): string {
    return this.print((value) => inspect(value, { breakLength: Infinity }))
  }

  /** @internal What `String()` and `util.inspect` show. */
  print(show: (value: unknown) => string): string {
    const args = this.args.map((arg) => show(arg)).join(', ')
    return `Task(func=${nameOf(this.func)}, args=[${args}])`
  }
}

// biome-ignore lint/suspicious/noExplicitAny: merged declarations have the same parameters
// biome-ignore lint/correctness/noUnusedVariables: as above
export interface Task<A extends unknown[] = any[], R = unknown> {
  (): Promise<void>
}

// A Task is a function too: it has call, apply and bind.
Object.setPrototypeOf(Task.prototype, Function.prototype)
Object.defineProperty(Task.prototype, kind, { value: 'task' })

// Not in the class: a computed method is refused under isolatedDeclarations (TS9038).
Object.defineProperty(Task.prototype, inspect.custom, {
  value(this: Task, depth: number | null, options: InspectOptions) {
    if (depth !== null && depth < 0) return `[${this.constructor.name}]`
    const inner = { ...options, depth: depth === null ? null : depth - 1, breakLength: Infinity }
    return this.print((value) => inspect(value, inner))
  },
})

/** Puts the options of a task over those of its copy. */
export function copyOptions<T extends Task>(task: Task, copy: T, options: TaskOptions): T {
  validate('task.with()', options, taskRules)
  const { func, args } = copy
  setProperties(copy, { func, args, options: merge(task.options, options) })
  return copy
}

// Own properties: a function's own `name` would shadow a getter of the class.
function setProperties(task: Task, { func, args, options }: Definition): void {
  const name = options.name ?? nameOf(func)
  for (const [key, value] of Object.entries({ func, args, options, name })) {
    Object.defineProperty(task, key, { value, configurable: true, enumerable: true })
  }
}
