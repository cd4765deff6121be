/** Every error of backgrounder that a program may meet at run time. Recognise it by its `code`. */
export class BackgrounderError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
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

/** There is no collector on this response: the middleware or plugin did not see the request. */
export class NoTasksError extends BackgrounderError {
  constructor(message: string) {
    super('BG_NO_TASKS', message)
  }
}

/** Why a task was skipped: its `when` said no, or an earlier task failed under `'stop'`. */
export type SkipReason = 'when' | 'failure'

const skipReasons: Record<SkipReason, string> = {
  when: "its option `when` did not accept the response's outcome",
  failure: "an earlier task of its response failed, under onFailure: 'stop'",
}
