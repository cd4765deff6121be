import type { TaskContext } from './context.js'
import type { SkipReason } from './errors.js'
import type { DrainReport, Runner } from './runner.js'
import type { SettledState, TaskState } from './task-run.js'

/** Published on `backgrounder.task.accepted`: a task was added. */
export interface AcceptedEvent {
  readonly task: TaskContext
}

/**
 * Published on `backgrounder.task.ready`: it starts as soon as there is a slot. Its response is over, or
 * it is the time of its next attempt.
 */
export interface ReadyEvent {
  readonly task: TaskContext
}

/**
 * Published on `backgrounder.task.attempt` just before an attempt, in the async context of whoever added
 * the task, for what has to stand around the function.
 *
 * @example
 * ```ts
 * import { AsyncLocalStorage } from 'node:async_hooks'
 * import { subscribe } from 'node:diagnostics_channel'
 * import type { AttemptEvent } from '@backgrounder/core'
 *
 * const scopes = new AsyncLocalStorage<string>()
 * subscribe('backgrounder.task.attempt', (message) => {
 *   const event = message as AttemptEvent
 *   const { call } = event
 *   event.call = () => scopes.run(event.task.name, call)
 * })
 * ```
 */
export interface AttemptEvent {
  readonly task: TaskContext
  readonly attempt: number
  /**
   * Starts the attempt. One that is put in its place calls it; whatever that returns or throws, the task
   * runs once, and ends as its function does.
   */
  call: () => unknown
}

/** Published on `backgrounder.task.settled`: the end of every task, after its `onError`. */
export interface SettledEvent {
  readonly task: TaskContext
  readonly state: SettledState
  /** Why; undefined when it has succeeded. */
  readonly error: unknown
  /** How long its last attempt ran, in ms; undefined: it has not started. */
  readonly ms: number | undefined
}

/** Published on `backgrounder.task.skipped`: a task was accepted and then not run. */
export interface SkippedEvent {
  readonly name: string
  readonly reason: SkipReason
  /** The task itself, or the `Tasks` that it stands in. */
  readonly task: TaskContext
}

/**
 * Published on `backgrounder.job.enqueue`: a job is about to be stored, by `enqueue` or by a drain, in
 * the async context of whoever asked for it. A subscriber may add headers, which its worker gets: texts
 * without a NUL, all together 8,192 bytes at most. Others are left out, and a warning says so.
 */
export interface EnqueueEvent {
  readonly name: string
  readonly headers: Record<string, string>
}

/** Published on `backgrounder.task.retried`: an attempt has failed and another one follows. */
export interface RetriedEvent {
  readonly task: TaskContext
  /** The one that failed. */
  readonly attempt: number
  /** Why. */
  readonly error: unknown
  /** How long the next one waits, in ms. */
  readonly delay: number
}

/** Published on `backgrounder.task.timedOut`: an attempt did not end, or a task not start, in time. */
export interface TimedOutEvent {
  readonly task: TaskContext
  readonly attempt: number
  readonly reason: 'timeout' | 'queueTimeout'
  readonly error: unknown
}

/** Published on `backgrounder.task.cancelled`: it will not run, or has ended after its abort. */
export interface CancelledEvent {
  readonly task: TaskContext
  /** What was given to `cancel()`, or the reason of the option `signal`. */
  readonly reason: unknown
}

/** Published on `backgrounder.task.handedOff`: a drain gave it to the engine. */
export interface HandedOffEvent {
  readonly task: TaskContext
}

/** Published on `backgrounder.task.abandoned`: a drain's time was up. */
export interface AbandonedEvent {
  readonly task: TaskContext
  /** The state it was in. */
  readonly state: TaskState
}

/** Published on `backgrounder.drain` at the start of a drain, and at its end with the report. */
export interface DrainEvent {
  readonly runner: Runner
  readonly phase: 'start' | 'end'
  /** The drain's time, in ms. */
  readonly timeout: number
  readonly report: DrainReport | undefined
  /** How long it took, in ms; undefined at the start. */
  readonly ms: number | undefined
}

/** What goes over the channels of `tracingChannel('backgrounder.task.run')`, one for each attempt. */
export interface RunEvent {
  readonly task: TaskContext
  readonly attempt: number
  result?: unknown
  error?: unknown
}
