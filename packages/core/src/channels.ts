import { channel, tracingChannel } from 'node:diagnostics_channel'
import { isThenable, whenSettled } from './contain.js'
import type { TaskContext } from './context.js'
import type {
  AbandonedEvent,
  AcceptedEvent,
  AttemptEvent,
  CancelledEvent,
  DrainEvent,
  EnqueueEvent,
  HandedOffEvent,
  ReadyEvent,
  RetriedEvent,
  RunEvent,
  SettledEvent,
  SkippedEvent,
  TimedOutEvent,
} from './events.js'
import type { SettledState } from './task-run.js'

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

// What happens to every task: no object is made for nobody.

const accepted = channels['task.accepted']

export function publishAccepted(task: TaskContext): void {
  if (accepted.hasSubscribers) accepted.publish({ task } satisfies AcceptedEvent)
}

const ready = channel('backgrounder.task.ready')

export function publishReady(task: TaskContext): void {
  if (ready.hasSubscribers) ready.publish({ task } satisfies ReadyEvent)
}

const settled = channel('backgrounder.task.settled')

export function publishSettled(
  task: TaskContext,
  state: SettledState,
  error: unknown,
  startedAt: number,
): void {
  if (!settled.hasSubscribers) return
  const ms = startedAt === 0 ? undefined : Math.max(0, performance.now() - startedAt)
  settled.publish({ task, state, error, ms } satisfies SettledEvent)
}

const attempts = channel('backgrounder.task.attempt')

export function isSurrounded(): boolean {
  return attempts.hasSubscribers
}

/** Lets subscribers put something around an attempt, which none of them can keep from its own end. */
export function surround(task: TaskContext, start: () => unknown): unknown {
  let hasStarted = false
  let end: AttemptEnd | undefined
  function call(): unknown {
    if (!hasStarted) {
      hasStarted = true
      end = endOf(start)
    }
    if (!end) return undefined // from inside of the attempt
    if ('thrown' in end) throw end.thrown
    return end.shown
  }
  const event: AttemptEvent = { task, attempt: task.attempt, call }
  attempts.publish(event)
  try {
    const seen = event.call()
    if (isThenable(seen)) void whenSettled(Promise.resolve(seen), ignore, ignore)
  } catch (error) {
    // What a subscriber throws is an error of the process, as in every channel.
    if (!(end && 'thrown' in end && end.thrown === error)) process.nextTick(rethrow, error)
  }
  call()
  return (end as unknown as { readonly value: unknown }).value
}

type AttemptEnd =
  | {
      readonly value: unknown
      /** What subscribers are given of it: whatever they do to a promise, it is not the task's. */
      readonly shown: unknown
    }
  | { readonly thrown: unknown }

function endOf(start: () => unknown): AttemptEnd {
  try {
    const value = start()
    if (!isThenable(value)) return { value, shown: value }
    // One promise for all who look: a lazy query starts at each `then`.
    const own = Promise.resolve(value)
    const shown = new Promise((resolve, reject) => void whenSettled(own, resolve, reject))
    void whenSettled(shown, ignore, ignore)
    return { value: own, shown }
  } catch (thrown) {
    return { thrown }
  }
}

function rethrow(error: unknown): never {
  throw error
}

function ignore(): void {}

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
