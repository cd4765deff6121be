import { startInterval } from './root-scope.js'

const MOST = 300
const EVERY_MS = 1_000
// How often the event loop is looked at: each look wakes the process up.
const CLOSE_MS = 100
const FAR_MS = 250

/** When, in ms since 1970; how many tasks were pending; how late the event loop was at most, in ms. */
export type Point = readonly [at: number, pending: number, delay: number]

/** The lines of the last five minutes: a point for each second, whether somebody looks or not. */
export class Samples {
  readonly #pending: () => number
  readonly #points: Point[] = []
  /** When it looks again, by performance.now(). */
  #dueAt = 0
  #sampledAt = performance.now()
  /** At most, since the last point. */
  #late = 0
  #timer: NodeJS.Timeout | undefined

  constructor(pending: () => number) {
    this.#pending = pending
    this.look(false)
  }

  /** Looks at the event loop more often while somebody looks at the lines. */
  look(isClose: boolean): void {
    const every = isClose ? CLOSE_MS : FAR_MS
    const now = performance.now()
    this.#measure(now)
    clearInterval(this.#timer)
    this.#dueAt = now + every
    this.#timer = startInterval(() => {
      const time = performance.now()
      this.#measure(time)
      this.#dueAt = time + every
      if (time - this.#sampledAt >= EVERY_MS - every / 2) this.#sample(time)
    }, every)
  }

  #measure(now: number): void {
    if (this.#dueAt > 0) this.#late = Math.max(this.#late, now - this.#dueAt)
  }

  #sample(now: number): void {
    this.#sampledAt = now
    this.#points.push([Date.now(), this.#pending(), Math.round(this.#late * 10) / 10])
    this.#late = 0
    if (this.#points.length > MOST) this.#points.shift()
  }

  since(at: number): Point[] {
    // From the end: mostly it is the last one or none, of 300.
    let from = this.#points.length
    while (from > 0 && (this.#points[from - 1] as Point)[0] > at) from -= 1
    return this.#points.slice(from)
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
