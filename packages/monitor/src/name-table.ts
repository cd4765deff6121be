import type { SettledState } from '@backgrounder/core'
import { Histogram } from './histogram.js'
import { copied, printable } from './printable.js'

const MOST_NAMES = 500
const MOST_LONG = 200
const REST = '(other names)'
const ANONYMOUS = '(anonymous)'

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
    return this.#rows.get(name) ?? this.#find(keyOf(name))
  }

  #find(key: string): NameCounts {
    return this.#rows.get(key) ?? this.#make(this.#rows.size < MOST_NAMES ? key : REST)
  }

  #make(key: string): NameCounts {
    const known = this.#rows.get(key)
    if (known) return known
    const row = new NameCounts(printable(key))
    this.#rows.set(copied(key), row)
    return row
  }

  [Symbol.iterator](): IterableIterator<NameCounts> {
    return this.#rows.values()
  }
}

/** By what it is counted: as much of its name as is shown, so that no key keeps a megabyte. */
function keyOf(name: string): string {
  // Core adds the request to it, whose paths have no end.
  if (name.startsWith(ANONYMOUS)) return ANONYMOUS
  return name.length > MOST_LONG ? name.slice(0, MOST_LONG) : name
}
