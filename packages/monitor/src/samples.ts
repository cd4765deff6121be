import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

const MOST = 300
const EVERY_MS = 1_000
// How often the clock is looked at, in ms: each look wakes the process up, and at 20 ms that is half a
// percent of a CPU.
const CLOSE_MS = 50
const FAR_MS = 250

/** When, in ms since 1970; how many tasks were pending; how late the event loop was at most, in ms. */
export type Point = readonly [at: number, pending: number, delay: number]

/** The lines of the last five minutes: a point for each second, whether somebody looks or not. */
export class Samples {
  readonly #pending: () => number
  readonly #points: Point[] = []
  readonly #timer: NodeJS.Timeout
  #resolution = 0
  #loop: IntervalHistogram | undefined
  /** At most, since the last point. */
  #late = 0

  constructor(pending: () => number) {
    this.#pending = pending
    this.look(false)
    this.#timer = setInterval(() => this.#sample(), EVERY_MS).unref()
  }

  /** Looks at the clock more often while somebody looks at the lines. */
  look(isClose: boolean): void {
    this.#measure()
    this.#loop?.disable()
    this.#resolution = isClose ? CLOSE_MS : FAR_MS
    this.#loop = monitorEventLoopDelay({ resolution: this.#resolution })
    this.#loop.enable()
  }

  /** What is measured is how long a timer took. */
  #measure(): void {
    this.#late = Math.max(this.#late, (this.#loop?.max ?? 0) / 1e6 - this.#resolution)
    this.#loop?.reset()
  }

  #sample(): void {
    this.#measure()
    this.#points.push([Date.now(), this.#pending(), Math.round(this.#late * 10) / 10])
    this.#late = 0
    if (this.#points.length > MOST) this.#points.shift()
  }

  since(at: number): Point[] {
    return this.#points.filter((point) => point[0] > at)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#loop?.disable()
    this.#loop = undefined
  }
}
