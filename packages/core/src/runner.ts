import type { Background } from './background.js'
import type { EnqueuedJob } from './engine.js'
import type { DrainOptions, RunnerOptions } from './options.js'
import type { Args } from './task.js'
import type { TaskRun } from './task-run.js'
import { runnerBrand, TaskRunner } from './task-runner.js'
import { runnerRules, validate } from './validate.js'

/** What a runner has done since it was made, and what it has to do. */
export interface RunnerStats {
  /**
   * Accepted and not settled, or out of time and still running. What a drain has abandoned is not in it,
   * though its function may go on: that is in `running`.
   */
  readonly pending: number
  /** How many slots are taken: functions that have started and not ended. */
  readonly running: number
  /** How many of these have timed out: they have been told to end, and have not. */
  readonly overdue: number
  readonly succeeded: number
  readonly failed: number
  readonly timedOut: number
  readonly cancelled: number
  readonly skipped: number
  readonly handedOff: number
  readonly abandoned: number
}

/** What became of the tasks that were pending at the drain's start or came meanwhile. */
export interface DrainReport {
  /** Nothing was abandoned, and the server has no connection left. */
  readonly ok: boolean
  readonly succeeded: number
  readonly failed: number
  readonly timedOut: number
  readonly cancelled: number
  readonly skipped: number
  /** Durable tasks that had not started, and that the engine has now. */
  readonly handedOff: number
  /** What was pending when the time was up; of a task that has timed out, the function still runs. */
  readonly abandoned: TaskRun[]
}

/** The options of a runner, with the defaults in. */
export type RunnerSettings = {
  readonly [K in Exclude<keyof RunnerOptions, Unset>]-?: NonNullable<RunnerOptions[K]>
} & { readonly [K in Unset]: RunnerOptions[K] }

type Unset = 'around' | 'engine' | 'waitUntil'

/** Accepts tasks, starts them, and knows of each until it is settled. */
export interface Runner {
  /**
   * Accepts a task that belongs to no response: it starts soon, in a later turn of the event loop.
   *
   * @throws TypeError when it cannot be run; QueueFullError when too many are pending.
   */
  addTask<A extends unknown[]>(func: (this: void, ...args: A) => unknown, ...args: Args<A>): TaskRun
  /**
   * Follows a promise that is running already: reported and drained like a task.
   *
   * @throws TypeError when it is not a promise.
   */
  track(promise: PromiseLike<unknown>): TaskRun
  /**
   * Stores a job for a worker: see `RequestTasks.enqueue`.
   *
   * @throws what that throws.
   */
  enqueue<A extends unknown[]>(definition: Background<A>, ...args: Args<A>): Promise<EnqueuedJob>
  readonly options: RunnerSettings
  readonly stats: RunnerStats
  /** Pending tasks whose function has started and not ended, those out of time included. */
  running(): TaskRun[]
  /** What is accepted and not settled, or still running, in the order of acceptance: so many at most. */
  pending(limit?: number): TaskRun[]
  /** Resolves when nothing is pending. */
  settled(): Promise<void>
  /**
   * Waits for everything that is pending, in responses still in flight too, and for what is added
   * meanwhile. Retries that wait start at once, later ones after 100 ms at most. 3 s before the
   * timeout, halfway in a drain shorter than 6 s, the signals are aborted, and `durable` tasks that
   * have not started are handed to the engine; at the timeout the rest is abandoned and reported, once
   * the engine has answered for the last that it was given: within its `acceptTimeout`.
   * Tasks added later still run.
   *
   * @throws TypeError for an unknown option or a wrong value.
   */
  drain(options?: DrainOptions): Promise<DrainReport>
  /** Drains, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Makes a runner. `backgroundTasks()` makes its own; make one to share it or to use it without a
 * framework.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * ```ts
 * const runner = createRunner({ onError: (error, run) => log.error({ error, task: run.name }) })
 * runner.addTask(sendEmail, 'a@b.c')
 * await runner.drain({ timeout: 5_000 })
 * ```
 */
export function createRunner(options: RunnerOptions = {}): Runner {
  return new TaskRunner(validate('createRunner', options, runnerRules))
}

/** Whether a value was made by `createRunner`, of this copy of core or another. */
export function isRunner(value: unknown): value is Runner {
  return typeof value === 'object' && value !== null && runnerBrand in value
}
