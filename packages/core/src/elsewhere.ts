// @backgrounder/core/elsewhere: for a package whose definitions run somewhere else, such as in a thread.
import { defaultRunner } from './background.js'
import type { Held, TaskContext } from './context.js'
import { currentContext } from './current-task.js'
import { RemoteContext, type RemoteTask } from './remote-context.js'
import type { Runner } from './runner.js'
import type { TaskRunner } from './task-runner.js'

export { backgroundElsewhere } from './background.js'
export type { Held, TakeBack } from './context.js'
export { isStopReason } from './drain.js'
export { show, typeOf } from './expected.js'
export type { RemoteTask } from './remote-context.js'
export { escapeLine } from './report.js'

/** A call of a function that is to run elsewhere. */
export interface Call {
  /** The task that it is made in; undefined outside of any. */
  readonly task: TaskContext | undefined
  /** Whether it is an attempt of that task, and not a call that its function makes. */
  readonly isTask: boolean
  /** Whether another attempt of it may follow. */
  readonly mayRetry: boolean
  /** The runner of the task, or the process's own. */
  readonly runner: Runner
  /**
   * Its `timeout` is not counted until the function that this returns is called, with when it has begun,
   * by performance.now(); until then a drain may take it back, and a deadline looks whether it has.
   */
  hold(held?: Held): (at?: number) => void
  /**
   * Calls back with the reason when the task that it is made in is told to stop, at once if it was
   * already; the callback must not throw. Returns what ends that.
   */
  onStop(callback: (reason: unknown) => void): () => void
}

/** What a call is a part of; to be asked in the synchronous part of `func`. */
export function currentCall(func: unknown): Call {
  const context = currentContext()
  const isTask = context?.calls(func) ?? false
  return {
    task: context,
    isTask,
    mayRetry: isTask && context?.mayRetry === true,
    runner: context?.runner ?? defaultRunner(),
    hold: (held) => (isTask && context ? context.hold(held) : () => {}),
    onStop(callback) {
      if (context?.abortion) callback(context.abortion.reason)
      else if (context) return context.onAbort(callback)
      return () => {}
    },
  }
}

/** Calls `close` once, at the end of the runner's next drain, which waits for it. */
export function onDrained(runner: Runner, close: () => unknown): void {
  ;(runner as TaskRunner).onDrained(close)
}

/** A task of another thread, in the one that its function runs in. */
export interface RemoteCall {
  /** That it was told to stop, and why. */
  readonly abortion: { readonly reason: unknown } | undefined
  /** Aborts its signal. */
  abort(reason: unknown): void
  /** Calls the function: `currentTask()` is this task in it. */
  call<A extends unknown[], R>(func: (this: void, ...args: A) => R, args: A): R
}

/** Makes a task from what was told of it. */
export function remoteCall(task: RemoteTask): RemoteCall {
  return new RemoteContext(task)
}
