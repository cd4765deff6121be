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

  /** Takes all of another queue behind all of this one; the other is empty then. */
  append(other: RunQueue): void {
    if (!other.#first) return
    if (this.#last) this.#last.next = other.#first
    else this.#first = other.#first
    this.#last = other.#last
    other.#first = undefined
    other.#last = undefined
  }

  get isEmpty(): boolean {
    return this.#first === undefined
  }
}
