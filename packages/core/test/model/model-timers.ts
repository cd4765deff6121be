/** What is to happen later, in the model: one thing for each key. */
export class ModelTimers {
  readonly #clock: { readonly now: number }
  readonly #timers = new Map<object, { readonly due: number; readonly act: () => void }>()

  constructor(clock: { readonly now: number }) {
    this.#clock = clock
  }

  get now(): number {
    return this.#clock.now
  }

  /** When the next is due. */
  get next(): number {
    return Math.min(...[...this.#timers.values()].map(({ due }) => due))
  }

  /** Lets the first happen; of those that are due at once, the one that was armed first. */
  fire(): void {
    const { next } = this
    for (const [key, { due, act }] of this.#timers) {
      if (due !== next) continue
      this.#timers.delete(key)
      act()
      return
    }
  }

  arm(key: object, ms: number, act: () => void): void {
    this.#timers.delete(key)
    this.#timers.set(key, { due: this.now + ms, act })
  }

  disarm(key: object): void {
    this.#timers.delete(key)
  }
}
