import { expected } from './expected.js'

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  return typeof (value as { then?: unknown }).then === 'function'
}

/** As `await` does: also where somebody has given a promise a `then` of its own. */
export function whenSettled<T, R>(
  promise: Promise<T>,
  onResolved: (value: T) => R,
  onRejected: (error: unknown) => R,
): Promise<R> {
  return Promise.prototype.then.call(promise, onResolved, onRejected) as Promise<R>
}

/** Calls what is not ours; what it throws or rejects with goes to `onThrown` and no further. */
export function contain(func: () => unknown, onThrown: (thrown: unknown) => void = () => {}): void {
  try {
    const result = func()
    if (isThenable(result)) Promise.resolve(result).catch(onThrown)
  } catch (thrown) {
    onThrown(thrown)
  }
}

/** What a function that decides has answered. Throws TypeError when that is neither true nor false. */
export function yesOrNo(what: string, answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  const isAsync = isThenable(answer)
  if (isAsync) contain(() => answer) // nobody else waits for it
  throw expected(what, 'true or false', answer, isAsync ? 'It cannot be async' : undefined)
}
