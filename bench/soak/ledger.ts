import type { TaskRun } from '@backgrounder/core'
import type { Exchange } from '../../test/contract/framework.js'
import type { Sabotage } from './sabotage.js'

export interface Counts {
  /** `addTask` took it. */
  readonly accepted: number
  /** Its function has run to its end. */
  readonly settled: number
  /** Accepted, and its function never ran. */
  readonly lost: number
  /** Its function ran more than once. */
  readonly twice: number
  /** Its function threw or rejected. */
  readonly failed: number
}

/**
 * The soak's own books on the tasks: written by the functions themselves, whatever the runner
 * says. All of it is allocated before the first request, so it is no growth.
 */
export class Ledger {
  readonly #accepted: Uint8Array
  readonly #started: Uint8Array
  readonly #ended: Uint8Array
  readonly #sabotage: Sabotage
  #next = 0
  #failed = 0

  constructor(capacity: number, sabotage: Sabotage) {
    this.#accepted = new Uint8Array(capacity)
    this.#started = new Uint8Array(capacity)
    this.#ended = new Uint8Array(capacity)
    this.#sabotage = sabotage
  }

  /** Adds a task that does this work, which may throw, or end later. */
  add(tasks: Exchange['tasks'], work?: () => unknown): TaskRun {
    const id = this.#next
    this.#next += 1
    if (id >= this.#accepted.length) throw new RangeError('More tasks than the ledger has room for')
    const run = tasks.addTask(this.#sabotage(() => this.#run(id, work)))
    increment(this.#accepted, id)
    return run as TaskRun
  }

  count(): Counts {
    const counts = { accepted: 0, settled: 0, lost: 0, twice: 0, failed: this.#failed }
    for (let id = 0; id < this.#next; id++) {
      const started = this.#started[id] as number
      if (this.#accepted[id]) {
        counts.accepted += 1
        if (started === 0) counts.lost += 1
      }
      if (this.#ended[id]) counts.settled += 1
      if (started > 1) counts.twice += 1
    }
    return counts
  }

  #run(id: number, work: (() => unknown) | undefined): unknown {
    increment(this.#started, id)
    try {
      const result = work?.()
      if (result instanceof Promise) return this.#wait(id, result)
      increment(this.#ended, id)
    } catch (error) {
      this.#fail(id)
      throw error
    }
    return undefined
  }

  async #wait(id: number, result: Promise<unknown>): Promise<void> {
    try {
      await result
      increment(this.#ended, id)
    } catch (error) {
      this.#fail(id)
      throw error
    }
  }

  #fail(id: number): void {
    this.#failed += 1
    increment(this.#ended, id)
  }
}

function increment(counts: Uint8Array, id: number): void {
  counts[id] = (counts[id] as number) + 1
}
