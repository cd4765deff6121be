/** Every error of backgrounder that a program may meet at run time. Recognise it by its `code`. */
export class BackgrounderError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** The client is to try again: by the default error handling of every framework the answer is a 503. */
abstract class UnavailableError extends BackgrounderError {
  readonly status: number = 503
  readonly statusCode: number = 503

  /** What Hono asks an error for. */
  getResponse(): Response {
    return new Response('Service Unavailable', { status: this.status })
  }
}

/** A drain reached its deadline before the task had settled. */
export class AbandonedError extends BackgrounderError {
  constructor(name: string, state: string, options?: { readonly cause?: unknown }) {
    const late = `still ${state} when the drain's time was up`
    super('BG_ABANDONED', `Task ${name} was abandoned: ${late}`, options)
  }
}

/** The task was accepted, and then not run: its `when`, or an earlier failure, said so. */
export class SkippedError extends BackgrounderError {
  constructor(name: string, reason: SkipReason) {
    super('BG_SKIPPED', `Task ${name} was skipped: ${skipReasons[reason]}`)
  }
}

/** The task did not end, or did not start, in its time. */
export class TimeoutError extends BackgrounderError {
  constructor(name: string, ms: number, what: 'ended' | 'started' = 'ended') {
    const option = what === 'ended' ? 'timeout' : 'queueTimeout'
    super('BG_TIMEOUT', `Task ${name} timed out: not ${what} after ${ms} ms (${option})`)
  }
}

/** The task was told to stop, by `cancel()` or its option `signal`; the reason is the `cause`. */
export class CancelledError extends BackgrounderError {
  constructor(name: string, reason: unknown) {
    super('BG_CANCELLED', `Task ${name} was cancelled`, { cause: reason })
  }
}

/** The runner has as many pending tasks as its option `maxPending` allows: nothing was accepted. */
export class QueueFullError extends UnavailableError {
  constructor(name: string, maxPending: number) {
    const pending = maxPending === 1 ? '1 task is' : `${maxPending} tasks are`
    const full = `${pending} pending (maxPending). Try again later`
    super('BG_QUEUE_FULL', `Task ${name} was refused: ${full}`)
  }
}

/** The store did not take a durable job, or not in time: the client is to try again. */
export class EnqueueError extends UnavailableError {
  constructor(name: string, cause: unknown) {
    super('BG_ENQUEUE', `Task ${name} was not enqueued: ${reasonOf(cause)}`, { cause })
  }
}

function reasonOf(cause: unknown): string {
  const { message, code } = (cause ?? {}) as { message?: unknown; code?: unknown }
  // Where every address of a host has refused, Node's error has no message of its own.
  const reason = message || code
  return typeof reason === 'string' ? reason : 'the store has failed'
}

/** Only a definition that was given a name can be stored: a worker must find it again. */
export class NotDurableError extends BackgrounderError {
  constructor(what: string) {
    super(
      'BG_NOT_DURABLE',
      `Expected a definition with a name, got ${what}: give it a name with background(fn, { name })`,
    )
  }
}

/** There is nowhere to store a durable job. */
export class NoEngineError extends BackgrounderError {
  constructor() {
    super(
      'BG_NO_ENGINE',
      'There is no engine to store a job in: give one as the option `engine`, for example ' +
        "backgroundTasks({ engine: bullmqEngine({ redis: 'redis://localhost' }) })",
    )
  }
}

/** Throw it in a task that must not be tried again, whatever its `retries`. */
export class PermanentError extends BackgrounderError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(permanent, message, options)
  }
}

const permanent = 'BG_PERMANENT'

export function isPermanent(error: unknown): boolean {
  try {
    return (error as { code?: unknown } | null | undefined)?.code === permanent
  } catch {
    return false // a hostile Proxy
  }
}

/** The job was given up without another attempt: it may be what ends its workers. */
export class WorkerDiedError extends BackgrounderError {
  constructor(name: string, deaths: number) {
    super('BG_WORKER_DIED', `Task ${name} was given up: ${deaths} workers have ended while it ran`)
  }
}

/** The task did not run here: the runner's drain gave it to the engine, where it waits for a worker. */
export class HandedOffError extends BackgrounderError {
  constructor(name: string, options?: { readonly cause?: unknown }) {
    super('BG_HANDED_OFF', `Task ${name} was handed to the engine: a worker will run it`, options)
  }
}

/** There is no collector on this response: the middleware or plugin did not see the request. */
export class NoTasksError extends BackgrounderError {
  constructor(message: string) {
    super('BG_NO_TASKS', message)
  }
}

/**
 * Why a task was skipped: its `when` said no, an earlier task failed under `'stop'`, or its runner
 * is a recorder that runs nothing.
 */
export type SkipReason = 'when' | 'failure' | 'recorded'

const skipReasons: Record<SkipReason, string> = {
  when: "its option `when` did not accept the response's outcome",
  recorded: 'its runner is a recorder',
  failure: "an earlier task of its response failed, under onFailure: 'stop'",
}
