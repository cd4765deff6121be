import { isThenable } from './contain.js'
import { enter, enterStorage } from './context.js'
import type { AnyFunction } from './definition.js'
import { isTraced, trace } from './events.js'
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
  // Nearly always so, and a closure less.
  if (!around && !asyncContext && !isObserved) return enter(run, func, args)
  const call = () => enter(run, func, args)
  const surrounded = around ? () => callAround(around, run, call) : call
  const inContext = asyncContext ? () => enterStorage(run, surrounded, []) : surrounded
  return isObserved ? trace(run, inContext) : inContext()
}

/**
 * The attempt has ended when both have: `around`, whose result it is, and the function, which
 * `around` may have forgotten to wait for.
 */
function callAround(around: Around, run: Run, call: () => unknown): unknown {
  let isCalled = false
  let inner: unknown
  const result = around(run, function next() {
    if (isCalled) throw new TypeError('Expected `around` to call next() once: it did so again')
    isCalled = true
    inner = call()
    return inner
  })
  const check = () => {
    if (!isCalled) throw new TypeError('Expected `around` to call next(): the task has not run')
  }
  if (isThenable(result)) return bothEnded(result, () => inner, check)
  check()
  return isThenable(inner) ? inner : result
}

async function bothEnded(
  result: PromiseLike<unknown>,
  inner: () => unknown,
  check: () => void,
): Promise<unknown> {
  try {
    return await result
  } finally {
    await Promise.resolve(inner()).catch(() => {}) // what it threw is for `around` to pass on
    check()
  }
}
