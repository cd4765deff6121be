import { contain, isThenable } from './contain.js'
import { expected, show } from './expected.js'
import type { TaskRun } from './run.js'

/** How a response ended. */
export interface Outcome {
  /** The status code; undefined where no headers went out. */
  readonly status: number | undefined
  /** Whether the whole response was handed to the operating system. */
  readonly sent: boolean
}

/**
 * After which responses a task runs: after every one, after those that were sent whole, after
 * those sent with a status below 400, or as your function says.
 */
export type When = 'always' | 'sent' | 'success' | ((outcome: Outcome) => boolean)

/** Options of one task: given to a definition, or in `with`. */
export interface TaskOptions {
  /** The name in logs, reports and events. @default the function's own name */
  name?: string | undefined
  /** After which responses it runs; otherwise it is skipped. @default the runner's */
  when?: When | undefined
}

/** What a list does after a failure: the rest does not run, or all run and the errors are collected. */
export type OnFailure = 'stop' | 'continue'

/** Options of a `Tasks`. */
export interface TasksOptions {
  /** Run them all at once instead of one after the other. @default false */
  asGroup?: boolean | undefined
  /** How many of a group run at once. @default Infinity */
  concurrency?: number | undefined
  /** What a failure does to the others of the list. @default 'stop' */
  onFailure?: OnFailure | undefined
}

/** Options of a runner, and so of `backgroundTasks()`. */
export interface RunnerOptions {
  /** After which responses tasks run, unless the task has a `when` of its own. @default 'always' */
  when?: When | undefined
  /** Run the tasks of one response all at once instead of one after the other. @default false */
  asGroup?: boolean | undefined
  /** What a failure does to the tasks of the same response that have not started. @default 'continue' */
  onFailure?: OnFailure | undefined
  /**
   * Called with each failure, in the failed task's own async context; what it throws is contained.
   * @default a report on `logger`
   */
  onError?: ((error: unknown, run: TaskRun) => unknown) | undefined
  /** Where the default `onError` reports. @default console */
  logger?: Logger | undefined
  /** How long a drain waits, in ms, if it is not told; Infinity or false: as long as it takes. @default 20_000 */
  drainTimeout?: number | false | undefined
}

/** Options of a drain. */
export interface DrainOptions {
  /**
   * The total time, in ms; Infinity or false: as long as it takes. At its end everything that is
   * pending is abandoned, also what a longer drain waits for. @default the runner's `drainTimeout`
   */
  timeout?: number | false | undefined
}

/** The part of a logger that is used: `console`, pino and winston all have it. */
export interface Logger {
  error(message: string): unknown
}

/** For each option a test of its value, and what it takes in words for the error message. */
export type Rules<T> = {
  [K in keyof T]-?: readonly [accepts: (value: unknown) => boolean, toBe: string]
}

const isBoolean = (value: unknown) => typeof value === 'boolean'
const isFunction = (value: unknown) => typeof value === 'function'
const isOnFailure = (value: unknown) => value === 'stop' || value === 'continue'
const isWhen = (value: unknown) =>
  value === 'always' || value === 'sent' || value === 'success' || isFunction(value)

const timeoutRule = [
  (value: unknown) => value === false || (typeof value === 'number' && value >= 0),
  'a number of ms from 0 and up, Infinity or false',
] as const
const booleanRule = [isBoolean, 'true or false'] as const
const onFailureRule = [isOnFailure, "'stop' or 'continue'"] as const
const whenRule = [isWhen, "'always', 'sent', 'success' or a function of the outcome"] as const

export const taskRules: Rules<TaskOptions> = {
  name: [(value) => typeof value === 'string' && value !== '', 'a string that is not empty'],
  when: whenRule,
}

export const tasksRules: Rules<TasksOptions> = {
  asGroup: booleanRule,
  concurrency: [
    (value) => value === Infinity || (Number.isInteger(value) && (value as number) >= 1),
    'a whole number from 1 and up, or Infinity',
  ],
  onFailure: onFailureRule,
}

export const runnerRules: Rules<RunnerOptions> = {
  when: whenRule,
  asGroup: booleanRule,
  onFailure: onFailureRule,
  onError: [isFunction, 'a function'],
  logger: [
    (value) => typeof (value as Logger | null)?.error === 'function',
    'an object with a function `error`',
  ],
  drainTimeout: timeoutRule,
}

export const drainRules: Rules<DrainOptions> = { timeout: timeoutRule }

/**
 * Refuses what is no options object, an option that `place` does not have, and a value that an
 * option does not take. An option that is undefined counts as not given.
 */
export function validate<T>(place: string, options: T, rules: Rules<T>, mend?: string): T {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw expected(`the options of ${place}`, 'an object', options, mend)
  }
  for (const [key, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, key)) {
      const known = Object.keys(rules).join(', ')
      throw new TypeError(
        `Unknown option \`${key}\` (\`${show(value)}\`) of ${place}: it takes ${known}`,
      )
    }
    const [accepts, toBe] = rules[key as keyof T]
    if (value !== undefined && !accepts(value)) throw expected(key, toBe, value)
  }
  return options
}

/** Options over others. One that is undefined counts as not given. */
export function merge(options: TaskOptions, over: TaskOptions): TaskOptions {
  return Object.freeze({ name: over.name ?? options.name, when: over.when ?? options.when })
}

/** Whether a task with this `when` runs after a response that ended so. */
export function runsAfter(when: When, outcome: Outcome): boolean {
  if (when === 'always') return true
  if (when === 'sent') return outcome.sent
  if (when === 'success') return outcome.sent && (outcome.status ?? 0) < 400
  const answer: unknown = when(outcome)
  if (typeof answer === 'boolean') return answer
  if (isThenable(answer)) contain(() => answer) // nobody else waits for it
  throw expected('when(outcome)', 'true or false', answer, 'It cannot be async')
}
