export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  return typeof (value as { then?: unknown }).then === 'function'
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
