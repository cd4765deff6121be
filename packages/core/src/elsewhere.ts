// @backgrounder/core/elsewhere: for a package whose definitions run somewhere else, such as in a thread.

import { defaultRunner } from './background.js'
import { type Context, currentContext } from './context.js'
import type { Runner } from './runner.js'
import type { TaskRunner } from './task-runner.js'

export { backgroundElsewhere } from './background.js'
export { isStopReason } from './drain.js'
export { show, typeOf } from './expected.js'
export { RemoteContext, type RemoteTask } from './remote-context.js'
export { escapeLine } from './report.js'

/** A call of a function that is to run elsewhere. */
export interface Call {
  /** The task that it is made in; undefined outside of any. */
  readonly context: Context | undefined
  /** Whether it is an attempt of that task, and not a call that its function makes. */
  readonly isTask: boolean
  /** The runner of the task, or the process's own. */
  readonly runner: Runner
}

/** To be asked in the synchronous part of `func`. */
export function currentCall(func: unknown): Call {
  const context = currentContext()
  const isTask = context?.calls(func) ?? false
  return { context, isTask, runner: context?.runner ?? defaultRunner() }
}

/** Calls `close` once, at the end of the runner's next drain, which waits for it. */
export function onDrained(runner: Runner, close: () => unknown): void {
  ;(runner as TaskRunner).onDrained(close)
}
