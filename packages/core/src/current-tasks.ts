import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestTasks } from './request-tasks.js'
import type { Runner } from './runner.js'

const storage = new AsyncLocalStorage<RequestTasks>()

/**
 * The tasks of the request that is being handled, or that the task was added in, wherever it is
 * asked for. Undefined outside of a request, and unless the runner has `asyncContext: true`.
 *
 * @example
 * ```ts
 * app.use(backgroundTasks({ asyncContext: true }))
 * // deep in the code that a handler calls:
 * currentTasks()?.addTask(audit, 'signup')
 * ```
 */
export function currentTasks(): RequestTasks | undefined {
  return storage.getStore()
}

/** For adapters: calls `next`, where `currentTasks()` gives these if the runner says so. */
export function enterTasks<R>(tasks: RequestTasks, runner: Runner, next: () => R): R {
  return runner.options.asyncContext ? storage.run(tasks, next) : next()
}
