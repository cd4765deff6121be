import type { Engine } from './engine.js'
import { expected, show, typeOf } from './expected.js'
import type {
  ClosableServer,
  DrainOptions,
  Logger,
  RunnerOptions,
  TaskOptions,
  TasksOptions,
} from './options.js'
import type { RetryOptions } from './retry.js'

/** For each option a test of its value, and what it takes in words for the error message. */
export type Rules<T> = {
  [K in keyof T]-?: readonly [accepts: (value: unknown) => boolean, toBe: string]
}

const isNumber = (value: unknown): value is number => typeof value === 'number'
const isBoolean = (value: unknown) => typeof value === 'boolean'
const isFunction = (value: unknown) => typeof value === 'function'
const isOnFailure = (value: unknown) => value === 'stop' || value === 'continue'
const isWhen = (value: unknown) =>
  value === 'always' || value === 'sent' || value === 'success' || isFunction(value)

const msRule = [
  (value: unknown) => isNumber(value) && value >= 0,
  'a number of ms from 0 and up',
] as const
const timeoutRule = [
  (value: unknown) => value === false || (isNumber(value) && value >= 0),
  'a number of ms from 0 and up, Infinity or false',
] as const
const booleanRule = [isBoolean, 'true or false'] as const
const onFailureRule = [isOnFailure, "'stop' or 'continue'"] as const
const whenRule = [isWhen, "'always', 'sent', 'success' or a function of the outcome"] as const

const functionRule = [isFunction, 'a function'] as const
const countRule = (least: number) =>
  [
    (value: unknown) =>
      value === Infinity || (Number.isInteger(value) && (value as number) >= least),
    `a whole number from ${least} and up, or Infinity`,
  ] as const

const retryRules: Rules<RetryOptions> = {
  attempts: countRule(1),
  delay: [
    (value) => Number.isFinite(value) && (value as number) >= 0,
    'a finite number of ms from 0 and up',
  ],
  factor: [(value) => isNumber(value) && value >= 1, 'a number from 1 and up'],
  maxDelay: msRule,
  jitter: booleanRule,
  retryIf: functionRule,
}
const retriesRule = [
  (value: unknown) =>
    countRule(0)[0](value) ||
    (typeof value === 'object' &&
      value !== null &&
      Boolean(validate('retries', value, retryRules))),
  'a whole number from 0 and up, or an object of retry options',
] as const

export const taskRules: Rules<TaskOptions> = {
  name: [(value) => typeof value === 'string' && value !== '', 'a string that is not empty'],
  when: whenRule,
  timeout: timeoutRule,
  queueTimeout: timeoutRule,
  retries: retriesRule,
  durable: booleanRule,
  key: [(value) => typeof value === 'string' && value !== '', 'a string that is not empty'],
  delay: [
    (value) => Number.isFinite(value) && (value as number) >= 0,
    'a finite number of ms from 0 and up',
  ],
  signal: [
    (value) =>
      typeof (value as AbortSignal | null)?.aborted === 'boolean' &&
      typeof (value as AbortSignal).addEventListener === 'function' &&
      typeof (value as AbortSignal).removeEventListener === 'function',
    'an AbortSignal, such as controller.signal',
  ],
}

export const tasksRules: Rules<TasksOptions> = {
  asGroup: booleanRule,
  concurrency: countRule(1),
  onFailure: onFailureRule,
}

/** What the options of a runner may be: an adapter checks them together with its own. */
export const runnerRules: Rules<RunnerOptions> = {
  when: whenRule,
  asGroup: booleanRule,
  onFailure: onFailureRule,
  onError: functionRule,
  logger: [
    (value) => typeof (value as Logger | null)?.error === 'function',
    'an object with a function `error`',
  ],
  concurrency: countRule(1),
  maxPending: countRule(1),
  timeout: timeoutRule,
  queueTimeout: timeoutRule,
  retries: retriesRule,
  engine: [
    (value) =>
      typeof (value as Engine | null)?.add === 'function' &&
      typeof (value as Engine).work === 'function',
    'an engine, such as bullmqEngine({ redis })',
  ],
  around: functionRule,
  asyncContext: booleanRule,
  waitUntil: functionRule,
  slowWarning: timeoutRule,
  blockedWarning: timeoutRule,
  drainTimeout: timeoutRule,
}

export const drainRules: Rules<DrainOptions> = {
  timeout: timeoutRule,
  server: [
    // An app has a `close` too, and is none.
    (value) =>
      typeof (value as ClosableServer | null)?.close === 'function' &&
      typeof (value as ClosableServer).getConnections === 'function',
    'a server of node:http, as app.listen() of Express and Koa returns it',
  ],
}

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
        `Unknown option \`${key}\` of ${place}, got \`${show(value)}\` (${typeOf(value)}): it takes ${known}`,
      )
    }
    const [accepts, toBe] = rules[key as keyof T]
    if (value !== undefined && !accepts(value)) throw expected(key, toBe, value)
  }
  return options
}
