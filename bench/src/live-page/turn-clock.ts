let current: TurnClock | undefined

/**
 * The clock of an app that takes turns with others: what it does every so often is not due while it is
 * their turn. So each does as much of it for a request as if it were alone.
 */
export class TurnClock {
  readonly #intervals = new Set<Interval>()

  /** A turn of its app; the intervals that are started in it go by this clock. */
  async run<T>(turn: () => Promise<T>): Promise<T> {
    current = this
    for (const interval of this.#intervals) interval.resume()
    try {
      return await turn()
    } finally {
      current = undefined
      for (const interval of this.#intervals) interval.pause()
    }
  }

  every(callback: () => void, ms: number): Interval {
    const interval = new Interval(callback, ms, () => this.#intervals.delete(interval))
    this.#intervals.add(interval)
    interval.resume()
    return interval
  }
}

class Interval {
  readonly #callback: () => void
  readonly #ms: number
  readonly #forget: () => void
  /** When it is due, in ms. */
  #left: number
  #since = 0
  #timer: NodeJS.Timeout | undefined

  constructor(callback: () => void, ms: number, forget: () => void) {
    this.#callback = callback
    this.#ms = this.#left = ms
    this.#forget = forget
  }

  resume(): void {
    this.#since = performance.now()
    this.#timer = setTimeout(() => {
      this.#left = this.#ms
      this.resume()
      this.#callback()
    }, this.#left)
  }

  pause(): void {
    clearTimeout(this.#timer)
    this.#left = Math.max(0, this.#left - (performance.now() - this.#since))
  }

  unref(): this {
    return this
  }

  clear(): void {
    this.pause()
    this.#forget()
  }
}

const native = { setInterval, clearInterval }

// What is used of them here: the others are of Node's own, which does not ask the global ones.
Object.assign(globalThis, {
  setInterval: (callback: () => void, ms: number) =>
    current ? current.every(callback, ms) : native.setInterval(callback, ms),
  clearInterval: (interval: Interval | NodeJS.Timeout | undefined) =>
    interval instanceof Interval ? interval.clear() : native.clearInterval(interval),
})
