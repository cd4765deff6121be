import type { SettledState } from '@backgrounder/core'
import { Histogram } from './histogram.js'
import { printable } from './printable.js'

const MOST_NAMES = 500
const REST = '(other names)'

/** How the tasks of one name have ended. */
export class NameCounts {
  readonly name: string
  readonly ends: Record<SettledState, number> = {
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    cancelled: 0,
    skipped: 0,
    handedOff: 0,
    abandoned: 0,
  }
  readonly times: Histogram = new Histogram()
  retried = 0
  /** How many there were of all kinds; grows with whatever is counted. */
  changes = 0

  constructor(name: string) {
    this.name = name
  }

  settled(state: SettledState, ms: number | undefined): void {
    this.ends[state] += 1
    this.changes += 1
    if (ms !== undefined) this.times.add(ms)
  }

  tried(): void {
    this.retried += 1
    this.changes += 1
  }
}

/** The counts of each name. Names may be made by the program: from the 500th on they share one row. */
export class NameTable {
  readonly #rows = new Map<string, NameCounts>()

  of(name: string): NameCounts {
    // As long a name as is shown, so that no key keeps a megabyte.
    const key = name.length > 200 ? name.slice(0, 200) : name
    return this.#rows.get(key) ?? this.#make(key)
  }

  #make(key: string): NameCounts {
    if (this.#rows.size >= MOST_NAMES) return this.#row(REST, REST)
    return this.#row(key, printable(key))
  }

  #row(key: string, shown: string): NameCounts {
    const row = this.#rows.get(key) ?? new NameCounts(shown)
    this.#rows.set(key, row)
    return row
  }

  [Symbol.iterator](): IterableIterator<NameCounts> {
    return this.#rows.values()
  }
}
