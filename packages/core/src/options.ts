import { yesOrNo } from './contain.js'
import type { Engine } from './engine.js'
import { frozen, type Retries } from './retry.js'
import type { TaskRun } from './task-run.js'

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
  /**
   * How long an attempt may take, in ms from its start; Infinity or false: as long as it takes. Then
   * its signal is aborted, the failure is reported and what comes after it may start; its slot is
   * free, and another attempt starts, once the function has really ended. One that returns no promise
   * cannot be told to end: it is never out of time.
   * @default the runner's: false
   */
  timeout?: number | false | undefined
  /** How long it may be ready and not start, in ms. @default the runner's: false */
  queueTimeout?: number | false | undefined
  /** How it is tried again after a failure. @default the runner's: 0 */
  retries?: Retries | undefined
  /**
   * Whether a drain that runs out of time hands it to the engine, if it has not started: it needs a
   * `name`, arguments that JSON does not change, and a runner with an `engine`. @default false
   */
  durable?: boolean | undefined
  /**
   * Only for `enqueue`: two jobs of one name with one key are one job, while the engine remembers the
   * first.
   */
  key?: string | undefined
  /** Only for `enqueue`: how long the job waits before it may run, in ms. @default 0 */
  delay?: number | undefined
  /** Cancels it: before its start it never runs, after it its own signal is aborted. */
  signal?: AbortSignal | undefined
}

/** What goes with the options of a task, and is nobody's to give as one. */
export interface OwnOptions extends TaskOptions {
  /** What is kept of the arguments when it is added; throws when they are none for the function. */
  readonly accept?: ((args: unknown[]) => unknown[]) | undefined
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
  /** How many tasks run at once. @default Infinity */
  concurrency?: number | undefined
  /**
   * How many tasks are accepted and not settled, or still running, at most: beyond it `addTask` throws a
   * QueueFullError, which Express, Koa, Fastify and Hono answer with 503. @default 100_000
   */
  maxPending?: number | undefined
  /** The `timeout` of tasks that have none of their own, in ms. @default false */
  timeout?: number | false | undefined
  /** The `queueTimeout` of tasks that have none of their own, in ms. @default false */
  queueTimeout?: number | false | undefined
  /** The `retries` of tasks that have none of their own. @default 0 */
  retries?: Retries | undefined
  /** Where `enqueue` stores jobs, such as `bullmqEngine({ redis })`. @default none */
  engine?: Engine | undefined
  /** Wraps each attempt: call `next()` once and return what it returns. @default none */
  around?: Around | undefined
  /**
   * Make `currentTask()` and `currentTasks()` work anywhere, and not only in the synchronous start
   * of a function; docs/performance.md says what that costs. On plain node:http `currentTasks()` needs
   * `enterTasks(tasks, runner, next)` around the handler. @default false
   */
  asyncContext?: boolean | undefined
  /** Given the work of each response as a promise that never rejects, where a platform needs it. */
  waitUntil?: ((work: Promise<void>) => unknown) | undefined
  /** Warn of a task that runs longer than this, in ms; once for each attempt. @default 30_000 */
  slowWarning?: number | false | undefined
  /**
   * Warn of a task whose synchronous start blocks the event loop longer than this, in ms; once for
   * each name. @default 100
   */
  blockedWarning?: number | false | undefined
  /** How long a drain waits, in ms, if it is not told; Infinity or false: as long as it takes. @default 20_000 */
  drainTimeout?: number | false | undefined
}

/** Wraps an attempt of a task. What it returns, or throws, is what the attempt comes to. */
export type Around = (run: TaskRun, next: () => unknown) => unknown

/** Options of a drain. */
export interface DrainOptions {
  /**
   * The total time, in ms; Infinity or false: as long as it takes. At its end everything that is
   * pending is abandoned, also what a longer drain waits for. @default the runner's `drainTimeout`
   */
  timeout?: number | false | undefined
  /**
   * Closes this server first: it refuses new connections, ends those that are idle and the others
   * after their answer, and is waited for, so that handlers which have not added their tasks yet are
   * waited for too.
   */
  server?: ClosableServer | undefined
}

/** What is used of a server: those of node:http, node:https and node:http2 have it. */
export interface ClosableServer {
  /** Accepts nothing more, and calls back when the last connection has gone. */
  close(callback: (error?: Error) => void): unknown
  keepAliveTimeout?: number
  keepAliveTimeoutBuffer?: number
  /** Calls back with how many connections it has. */
  getConnections(callback: (error: Error | null, count: number) => void): unknown
}

/** The part of a logger that is used: `console`, pino and winston all have it. */
export interface Logger {
  /** Is told what failed, was abandoned or blocks, in a line or with a stack. */
  error(message: string): unknown
}

/** Options over others. One that is undefined counts as not given. */
export function merge(options: OwnOptions, over: OwnOptions): TaskOptions {
  const retries = over.retries ?? options.retries
  return Object.freeze({
    name: over.name ?? options.name,
    when: over.when ?? options.when,
    timeout: over.timeout ?? options.timeout,
    queueTimeout: over.queueTimeout ?? options.queueTimeout,
    retries: retries === undefined ? undefined : frozen(retries),
    durable: over.durable ?? options.durable,
    key: over.key ?? options.key,
    delay: over.delay ?? options.delay,
    signal: over.signal ?? options.signal,
    accept: over.accept ?? options.accept,
  } as OwnOptions)
}

/** Whether a task with this `when` runs after a response that ended so. */
export function runsAfter(when: When, outcome: Outcome): boolean {
  if (when === 'always') return true
  if (when === 'sent') return outcome.sent
  if (when === 'success') return outcome.sent && (outcome.status ?? 0) < 400
  return yesOrNo('when(outcome)', when(outcome))
}
