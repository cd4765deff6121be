import type { Collector } from './collector.js'
import { startInterval } from './root-scope.js'

/** How soon a page lets go of a server that has drained. */
const EVERY_MS = 50

/** Watches a drain until it waits for nothing but its server: then the page may not hold that. */
export class DrainWatch {
  readonly #collector: Collector
  readonly #isHeld: () => boolean
  readonly #letGo: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(collector: Collector, isHeld: () => boolean, letGo: () => void) {
    this.#collector = collector
    this.#isHeld = isHeld
    this.#letGo = letGo
  }

  /** Something is there that a drain may wait for, or a drain has begun. */
  look(): void {
    if (this.#timer || !this.#collector.isDraining || !this.#isHeld()) return
    this.#timer = startInterval(() => {
      if (this.#isHeld() && this.#collector.isDraining && this.#isPending) return
      clearInterval(this.#timer)
      this.#timer = undefined
      this.#letGo()
    }, EVERY_MS)
  }

  get #isPending(): boolean {
    return this.#collector.watched.some(
      ({ drains, runner }) => drains > 0 && runner.stats.pending > 0,
    )
  }
}
