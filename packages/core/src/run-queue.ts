import type { Run } from './run.js'

/** First in, first out. A run stands in one queue at a time, so the run itself is the link. */
export class RunQueue {
  #first: Run | undefined
  #last: Run | undefined

  push(run: Run): void {
    if (this.#last) this.#last.next = run
    else this.#first = run
    this.#last = run
  }

  shift(): Run | undefined {
    const run = this.#first
    if (!run) return undefined
    this.#first = run.next
    if (!this.#first) this.#last = undefined
    run.next = undefined
    return run
  }

  /** Puts all of another queue before all of this one; the other is empty then. */
  prepend(other: RunQueue): void {
    if (!other.#last) return
    other.#last.next = this.#first
    this.#first = other.#first
    this.#last ??= other.#last
    other.#first = undefined
    other.#last = undefined
  }

  get isEmpty(): boolean {
    return this.#first === undefined
  }
}
