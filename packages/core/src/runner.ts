import { type DrainOptions, type RunnerOptions, runnerRules, validate } from './options.js'
import type { TaskRun } from './run.js'
import type { Args } from './task.js'
import { runnerBrand, TaskRunner } from './task-runner.js'

/** What a runner has done since it was made, and what it has to do. */
export interface RunnerStats {
  /** Accepted and not settled. */
  readonly pending: number
  readonly succeeded: number
  readonly failed: number
  readonly skipped: number
  readonly abandoned: number
}

/** What became of the tasks that were pending at the drain's start or came meanwhile. */
export interface DrainReport {
  /** Nothing was abandoned. */
  readonly ok: boolean
  readonly succeeded: number
  readonly failed: number
  readonly skipped: number
  readonly abandoned: TaskRun[]
}

/** The options of a runner, with the defaults in. */
export type RunnerSettings = {
  readonly [K in keyof RunnerOptions]-?: NonNullable<RunnerOptions[K]>
}

/** Accepts tasks, starts them, and knows of each until it is settled. */
export interface Runner {
  /**
   * Accepts a task that belongs to no response: it starts soon, in a later turn of the event loop.
   *
   * @throws TypeError when it cannot be run.
   */
  addTask<A extends unknown[]>(func: (this: void, ...args: A) => unknown, ...args: Args<A>): TaskRun
  readonly options: RunnerSettings
  readonly stats: RunnerStats
  /** The tasks that have started and not ended. */
  running(): TaskRun[]
  /** Resolves when nothing is pending. */
  settled(): Promise<void>
  /**
   * Waits for everything that is pending, in responses still in flight too, and for what is added
   * meanwhile. At the timeout the rest is abandoned and reported. Tasks added later still run.
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
