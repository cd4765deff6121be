/** Waits for a state: the test's own timeout ends it. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** What a promise has come to after a while that is long for it. */
export async function stateAfter(ms: number, promise: Promise<unknown>): Promise<string> {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('pending'), ms))
  const settled = promise.then(
    () => 'resolved',
    () => 'rejected',
  )
  return Promise.race([settled, late])
}
