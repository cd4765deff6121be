/** A store that is there has answered whoever closes within this, in ms. */
export const ANSWER_MS = 2_000

/** Whether a promise settles in this time, in ms. What it says later is nobody's business. */
export async function endsWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  try {
    return await Promise.race([
      promise.then(
        () => true,
        () => true,
      ),
      late,
    ])
  } finally {
    clearTimeout(timer)
  }
}

/** @throws what the promise does, and an error when it has not settled in this time, in ms. */
export async function answerWithin<T>(ms: number, promise: Promise<T>): Promise<T> {
  if (await endsWithin(ms, promise)) return promise
  throw new Error(`No answer of the store in ${ms} ms (acceptTimeout)`)
}
