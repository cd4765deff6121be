import { Pace } from './pace.js'

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
  const pace = new Pace()
  const errors: { readonly index: number; readonly error: unknown }[] = []
  let next = 0
  let running = 0
  let isBusy = false
  let hasEnded = false
  let end: (errors: unknown[]) => void
  const ended = new Promise<unknown[]>((resolve) => {
    end = resolve
  })

  function proceed(): void {
    // An item that adds an item while it starts: the loop below goes on to it. Or it rests.
    if (isBusy) return
    isBusy = true
    while (!hasEnded && !isStopped() && running < concurrency && next < list.length) {
      if (pace.isOver) {
        void pace.rest().then(goOn)
        return
      }
      void run(next++)
    }
    isBusy = false
    if (running > 0) return
    hasEnded = true
    end(errors.sort((a, b) => a.index - b.index).map(({ error }) => error))
  }

  function goOn(): void {
    isBusy = false
    proceed()
  }

  async function run(index: number): Promise<void> {
    running += 1
    try {
      await pace.start(() => start(list[index] as T))
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
