/** Every error of backgrounder that a program may meet at run time. Recognise it by its `code`. */
export class BackgrounderError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** A drain reached its deadline before the task had settled. */
export class AbandonedError extends BackgrounderError {
  constructor(name: string, state: string) {
    super('BG_ABANDONED', `Task ${name} was abandoned: still ${state} when the drain's time was up`)
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
export class QueueFullError extends BackgrounderError {
  /** What the client is told by the default error handling of every framework. */
  readonly status: number = 503
  readonly statusCode: number = 503

  constructor(name: string, maxPending: number) {
    const pending = maxPending === 1 ? '1 task is' : `${maxPending} tasks are`
    const full = `${pending} pending (maxPending). Try again later`
    super('BG_QUEUE_FULL', `Task ${name} was refused: ${full}`)
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
