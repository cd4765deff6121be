import type { TaskContext } from './context.js'
import { expected } from './expected.js'
import { type Run, runBrand } from './run.js'
import type { Runner } from './runner.js'
import type { TaskRun } from './task-run.js'

/** What tools that watch tasks may know of one, beside what its own function knows. */
export interface TaskDetails {
  /** What `addTask` gave back. */
  readonly run: TaskRun
  readonly runner: Runner
  /** What its function is called with; none once the task is settled and was told of. */
  readonly args: readonly unknown[]
  /** The line that added it: `src/routes/signup.ts:14`; undefined in production, and of a job. */
  readonly addedAt: string | undefined
  /** Whether an engine has delivered it. */
  readonly isJob: boolean
  /** Of a job: what observers of its `enqueue` gave it; see `EnqueueEvent`. Undefined where it has none. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

/**
 * The details of a task, for tools: by what the channels publish, or by what `addTask` gave back.
 * Undefined for a task that no runner runs: one that is awaited.
 *
 * @throws TypeError for what is no object.
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel'
 * import type { SettledEvent } from '@backgrounder/core'
 *
 * subscribe('backgrounder.task.settled', (message) => {
 *   const { task, state } = message as SettledEvent
 *   if (state === 'failed') console.log(`${task.name} was added at ${detailsOf(task)?.addedAt}`)
 * })
 * ```
 */
export function detailsOf(task: TaskContext | TaskRun): TaskDetails | undefined {
  if (task === null || (typeof task !== 'object' && typeof task !== 'function')) {
    throw expected('task', 'the task of an event, or what addTask gave back', task)
  }
  if (!(runBrand in task)) return undefined
  const run = task as unknown as Run
  const { runner, args, addedAt, lane, extras } = run
  const isJob = lane.giveBack !== undefined
  return { run, runner, args, addedAt, isJob, headers: extras?.headers }
}
