import type { Run } from './run.js'

/**
 * What is accepted and not settled, in the order of acceptance. The runs themselves are the links: a
 * Set of them costs a third more for each, and shrinks late.
 */
export class PendingRuns {
  #first: Run | undefined
  #last: Run | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  add(run: Run): void {
    run.earlier = this.#last
    if (this.#last) this.#last.later = run
    else this.#first = run
    this.#last = run
    this.#size += 1
  }

  /** Does nothing when it is not among them. */
  delete(run: Run): void {
    if (!run.earlier && run !== this.#first) return
    if (run.earlier) run.earlier.later = run.later
    else this.#first = run.later
    if (run.later) run.later.earlier = run.earlier
    else this.#last = run.earlier
    // A TaskRun that somebody keeps keeps no other.
    run.earlier = undefined
    run.later = undefined
    this.#size -= 1
  }

  *[Symbol.iterator](): IterableIterator<Run> {
    for (let run = this.#first; run; run = run.later) yield run
  }
}
