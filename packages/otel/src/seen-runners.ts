import type { Runner } from '@backgrounder/core'

/** The runners that were told of, as long as somebody else keeps them. */
export class SeenRunners {
  readonly #known = new WeakSet<Runner>()
  readonly #refs = new Set<WeakRef<Runner>>()

  add(runner: Runner): void {
    if (this.#known.has(runner)) return
    this.#known.add(runner)
    this.#refs.add(new WeakRef(runner))
  }

  *[Symbol.iterator](): Generator<Runner> {
    for (const ref of this.#refs) {
      const runner = ref.deref()
      if (runner) yield runner
      else this.#refs.delete(ref)
    }
  }
}
