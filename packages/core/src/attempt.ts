import { isSurrounded, isTraced, surround, trace } from './channels.js'
import { isThenable, whenSettled } from './contain.js'
import { enter, enterStorage, isInsideOfTask } from './current-task.js'
import type { AnyFunction } from './definition.js'
import type { Around } from './options.js'
import type { Run } from './run.js'

/** What a runner puts around each attempt. */
export interface Surroundings {
  readonly around: Around | undefined
  readonly asyncContext: boolean
}

/** Calls a task's function, for one attempt, inside of what is around it. */
export function callAttempt(
  run: Run,
  func: AnyFunction,
  args: unknown[],
  { around, asyncContext }: Surroundings,
): unknown {
  const isObserved = isTraced()
  const isInside = isSurrounded()
  // A task that was added by one with `asyncContext` must not take that for itself.
  const isStored = asyncContext || isInsideOfTask()
  // Nearly always so, and a closure less.
  if (!around && !isStored && !isObserved && !isInside) return enter(run, func, args)
  const call = () => enter(run, func, args)
  const surrounded = around ? () => callAround(around, run, call) : call
  const inContext = isStored ? () => enterStorage(run, surrounded, []) : surrounded
  const traced = isObserved ? () => trace(run, inContext) : inContext
  return isInside ? surround(run, traced) : traced()
}

/**
 * The attempt has ended when both have: `around`, whose result it is, and the function, which
 * `around` may have forgotten to wait for.
 */
function callAround(around: Around, run: Run, call: () => unknown): unknown {
  let isCalled = false
  let hasEnded = false
  let inner: Promise<unknown> | undefined

  function next(): unknown {
    if (isCalled) {
      throw new TypeError(
        'Expected `around` to call next() once: it did so again. For another attempt: retries',
      )
    }
    if (hasEnded) {
      throw new TypeError(
        'Expected `around` to call next() before it ends: it has ended. Return what next() returns',
      )
    }
    if (isToldToStop(run)) throw run.abortion?.reason
    isCalled = true
    const result = call()
    if (!isThenable(result)) return result
    // The same promise for both who wait for it: a lazy query starts at each `then`.
    inner = Promise.resolve(result)
    void whenSettled(inner, ignore, ignore) // what it rejects with is for `around` to pass on
    return inner
  }

  function end(): void {
    hasEnded = true
    if (!isCalled) {
      throw new TypeError(
        'Expected `around` to call next(): the task has not run. Return what next() returns',
      )
    }
  }

  async function bothEnded(result: PromiseLike<unknown>): Promise<unknown> {
    try {
      const value = await result
      end()
      return value
    } finally {
      hasEnded = true
      if (inner) await whenSettled(inner, ignore, ignore)
    }
  }

  try {
    const result = around(run, next)
    if (isThenable(result)) return bothEnded(result)
    end()
    return inner ?? result
  } catch (thrown) {
    hasEnded = true
    if (!inner) throw thrown
    return bothEnded(Promise.reject(thrown))
  }
}

/** Its time is up, or it was cancelled, and the function has not started yet: it never does. */
function isToldToStop(run: Run): boolean {
  return run.isSettled || Boolean(run.extras?.timeout ?? run.extras?.cancellation)
}

function ignore(): void {}
