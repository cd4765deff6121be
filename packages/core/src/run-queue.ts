import type { Run } from './run.js'

/** First in, first out. A run stands in one queue at a time, so the run itself is the link. */
export class RunQueue {
  #first: Run | undefined
  #last: Run | undefined
  /** About how many stand here that are settled: they are passed over, and taken out now and then. */
  #dead = 0
  #size = 0

  push(run: Run): void {
    if (this.#last) this.#last.next = run
    else this.#first = run
    this.#last = run
    this.#size += 1
  }

  /** The first that is not settled. */
  shift(): Run | undefined {
    for (let run = this.#first; run; run = this.#first) {
      this.#first = run.next
      if (!this.#first) this.#last = undefined
      run.next = undefined
      this.#size -= 1
      if (!run.isSettled) return run
      this.#dead = Math.max(0, this.#dead - 1)
    }
    return undefined
  }

  /** Takes all of another queue behind all of this one; the other is empty then. */
  append(other: RunQueue): void {
    if (!other.#first) return
    if (this.#last) this.#last.next = other.#first
    else this.#first = other.#first
    this.#last = other.#last
    this.#size += other.#size
    this.#dead += other.#dead
    other.#clear()
  }

  /** One that stands here was settled. Half of the queue at most is dead, so this costs little. */
  died(): void {
    this.#dead += 1
    if (this.#dead <= 32 || this.#dead * 2 <= this.#size) return
    let run = this.#first
    this.#clear()
    while (run) {
      const { next } = run
      run.next = undefined
      if (!run.isSettled) this.push(run)
      run = next
    }
  }

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  #clear(): void {
    this.#first = undefined
    this.#last = undefined
    this.#size = 0
    this.#dead = 0
  }
}
