import { channel, tracingChannel } from 'node:diagnostics_channel'
import { isThenable, whenSettled } from './contain.js'
import type { TaskContext } from './context.js'
import type { SkipReason } from './errors.js'
import type { DrainReport } from './runner.js'
import type { TaskState } from './task-run.js'

/** Published on `backgrounder.task.accepted`: a task was added. */
export interface AcceptedEvent {
  readonly task: TaskContext
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
 * the async context of whoever asked for it. A subscriber may add headers, which its worker gets: all
 * together 8,192 bytes at most.
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
  readonly phase: 'start' | 'end'
  /** The drain's time, in ms. */
  readonly timeout: number
  readonly report: DrainReport | undefined
}

/** What goes over the channels of `tracingChannel('backgrounder.task.run')`, one for each attempt. */
export interface RunEvent {
  readonly task: TaskContext
  readonly attempt: number
  result?: unknown
  error?: unknown
}

interface Events {
  'task.accepted': AcceptedEvent
  'task.skipped': SkippedEvent
  'task.retried': RetriedEvent
  'task.timedOut': TimedOutEvent
  'task.cancelled': CancelledEvent
  'task.handedOff': HandedOffEvent
  'task.abandoned': AbandonedEvent
  drain: DrainEvent
}

const channels = {
  'task.accepted': channel('backgrounder.task.accepted'),
  'task.skipped': channel('backgrounder.task.skipped'),
  'task.retried': channel('backgrounder.task.retried'),
  'task.timedOut': channel('backgrounder.task.timedOut'),
  'task.cancelled': channel('backgrounder.task.cancelled'),
  'task.handedOff': channel('backgrounder.task.handedOff'),
  'task.abandoned': channel('backgrounder.task.abandoned'),
  drain: channel('backgrounder.drain'),
}

export function publish<K extends keyof Events>(name: K, event: Events[K]): void {
  if (channels[name].hasSubscribers) channels[name].publish(event)
}

const accepted = channels['task.accepted']

/** The one that happens to every task: no object is made for nobody. */
export function publishAccepted(task: TaskContext): void {
  if (accepted.hasSubscribers) accepted.publish({ task } satisfies AcceptedEvent)
}

const enqueue = channel('backgrounder.job.enqueue')

/** What subscribers have put into the headers of a job; undefined where nobody listens. */
export function publishEnqueue(name: string): Record<string, string> | undefined {
  if (!enqueue.hasSubscribers) return undefined
  const event: EnqueueEvent = { name, headers: {} }
  enqueue.publish(event)
  return event.headers
}

const run = tracingChannel<RunEvent>('backgrounder.task.run')

export function isTraced(): boolean {
  return (
    run.start.hasSubscribers ||
    run.end.hasSubscribers ||
    run.asyncStart.hasSubscribers ||
    run.asyncEnd.hasSubscribers ||
    run.error.hasSubscribers
  )
}

/**
 * Publishes an attempt. Node's own `tracePromise` makes a promise of every result, and a task must
 * not run in another way because somebody looks.
 */
export function trace(task: TaskContext, call: () => unknown): unknown {
  const event: RunEvent = { task, attempt: task.attempt }
  return run.start.runStores(event, () => {
    try {
      const result = call()
      if (!isThenable(result)) {
        event.result = result
        return result
      }
      return whenSettled(
        Promise.resolve(result),
        (value) => {
          event.result = value
          publishEnd(event)
          return value
        },
        (error) => {
          event.error = error
          run.error.publish(event)
          publishEnd(event)
          throw error
        },
      )
    } catch (error) {
      event.error = error
      run.error.publish(event)
      throw error
    } finally {
      run.end.publish(event)
    }
  })
}

function publishEnd(event: RunEvent): void {
  run.asyncStart.publish(event)
  run.asyncEnd.publish(event)
}
