const LONGEST_CHAIN = 200

/** What happens in an app, step by step, and when: in which turn, after how many microtasks of it. */
export class Trace {
  readonly steps: string[] = []
  #turn = 0
  #microtask: number | undefined

  mark(step: string): void {
    this.steps.push(`${step} · ${this.#now()}`)
  }

  /** Marks that something ended, without its time: the network's, and not ours. */
  end(step: string): void {
    this.steps.push(step)
  }

  // A turn is over when no microtask is left, so a clock of microtasks alone starts anew in each.
  #now(): string {
    if (this.#microtask === undefined) {
      this.#turn += 1
      void this.#count()
    }
    return `turn ${this.#turn}, microtask ${this.#microtask}`
  }

  async #count(): Promise<void> {
    for (this.#microtask = 0; this.#microtask < LONGEST_CHAIN; this.#microtask++) await undefined
    this.#microtask = undefined
  }
}
