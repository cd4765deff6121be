interface GroupOptions<T> {
  /** Read live: it may grow while the group runs. */
  readonly list: readonly T[]
  readonly concurrency: number
  readonly start: (item: T) => Promise<void>
  /** Asked before each start: once it is so, nothing more starts. */
  readonly isStopped: () => boolean
  readonly onFailure: (error: unknown) => void
}

interface Group {
  /** Starts what has been added to the list since. */
  readonly proceed: () => void
  /** Whether all of the list has started. */
  readonly isWhole: () => boolean
  /** The errors in the list's order, once nothing runs any more: nothing outlives the group. */
  readonly ended: Promise<unknown[]>
}

/** Starts the items of a list in its order, at most `concurrency` of them at once. */
export function startGroup<T>({
  list,
  concurrency,
  start,
  isStopped,
  onFailure,
}: GroupOptions<T>): Group {
  const errors: { readonly index: number; readonly error: unknown }[] = []
  let next = 0
  let running = 0
  let starting = false
  let hasEnded = false
  let end: (errors: unknown[]) => void
  const ended = new Promise<unknown[]>((resolve) => {
    end = resolve
  })

  function proceed(): void {
    if (starting) return // an item that adds an item while it starts: the loop below goes on to it
    starting = true
    while (!hasEnded && !isStopped() && running < concurrency && next < list.length)
      void run(next++)
    starting = false
    if (running > 0) return
    hasEnded = true
    end(errors.sort((a, b) => a.index - b.index).map(({ error }) => error))
  }

  async function run(index: number): Promise<void> {
    running += 1
    try {
      await start(list[index] as T)
    } catch (error) {
      onFailure(error)
      errors.push({ index, error })
    }
    running -= 1
    proceed()
  }

  proceed()
  return { proceed, isWhole: () => next === list.length, ended }
}
