import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, TaskContext } from './context.js'

let current: Context | undefined
/** The same where it must be known anywhere: in use once a runner has `asyncContext: true`. */
const storage = new AsyncLocalStorage<Context>()

/**
 * The task that is starting right now. It costs nothing until used, and for that it is a plain
 * variable: take it at the top of the function, before the first `await`. Elsewhere it is undefined,
 * unless the runner has `asyncContext: true`.
 *
 * @example
 * ```ts
 * export async function report(url: string) {
 *   const signal = currentTask()?.signal ?? null
 *   await fetch(url, { signal })
 * }
 * ```
 */
export function currentTask(): TaskContext | undefined {
  return currentContext()
}

/** The same, as the rest of core sees it. */
export function currentContext(): Context | undefined {
  return current ?? storage.getStore()
}

/** Calls `func` with `context` as the current task of its synchronous part. */
export function enter<A extends unknown[], R>(
  context: Context,
  func: (this: void, ...args: A) => R,
  args: A,
): R {
  const outer = current
  current = context
  try {
    return func(...args)
  } finally {
    current = outer
  }
}

/** The same, and the context is the current task of all that follows from the call too. */
export function enterStorage<A extends unknown[], R>(
  context: Context,
  func: (this: void, ...args: A) => R,
  args: A,
): R {
  return storage.run(context, enter<A, R>, context, func, args)
}

/** Whether this follows from a task with `asyncContext`. */
export function isInsideOfTask(): boolean {
  return storage.getStore() !== undefined
}

/** Enters a task inside of another one, in the same way as that one was entered. */
export function enterInner<A extends unknown[], R>(
  context: Context,
  func: (this: void, ...args: A) => R,
  args: A,
): R {
  return isInsideOfTask() ? enterStorage(context, func, args) : enter(context, func, args)
}
