import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

const MOST = 300
const EVERY_MS = 1_000
const RESOLUTION_MS = 20

/** When, in ms since 1970; how many tasks were pending; how late the event loop was at most, in ms. */
export type Point = readonly [at: number, pending: number, delay: number]

/** The lines of the last five minutes: a point for each second, whether somebody looks or not. */
export class Samples {
  readonly #pending: () => number
  readonly #points: Point[] = []
  readonly #loop: IntervalHistogram
  readonly #timer: NodeJS.Timeout

  constructor(pending: () => number) {
    this.#pending = pending
    this.#loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    this.#loop.enable()
    this.#timer = setInterval(() => this.#sample(), EVERY_MS).unref()
  }

  #sample(): void {
    const { max } = this.#loop
    this.#loop.reset()
    // What it measures is how long a timer of the resolution took.
    const late = Math.max(0, max / 1e6 - RESOLUTION_MS)
    this.#points.push([Date.now(), this.#pending(), Math.round(late * 10) / 10])
    if (this.#points.length > MOST) this.#points.shift()
  }

  since(at: number): Point[] {
    return this.#points.filter((point) => point[0] > at)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#loop.disable()
  }
}
