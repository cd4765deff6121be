import { setTimeout as sleep } from 'node:timers/promises'

/** What a handler added, in its own words. */
export interface Added {
  readonly id: number
  readonly path: string
  readonly name: string
}

/** One call of a task's function, written down by the function itself. Times are in ms. */
export interface Ran {
  readonly id: number
  readonly start: number
  end?: number
  error?: unknown
  /** `onError` heard of the error. */
  reported?: boolean
}

/** One request, written down by the client. Times are in ms. */
export interface Visit {
  readonly client: string
  readonly path: string
  readonly start: number
  end?: number
  /** The status of the answer; undefined when there was none. */
  status?: number | undefined
}

export type TaskFunction = () => Promise<void>

/** Gives back the function of a task, or another one instead. */
export type Sabotage = (id: number, run: TaskFunction) => TaskFunction

/** The demo's own books, beside the library's: what was added, what ran, who was answered. */
export class Ledger {
  readonly added: Added[] = []
  readonly ran: Ran[] = []
  readonly visits: Visit[] = []
  readonly #sabotage: Sabotage
  #zero = performance.now()

  constructor(sabotage: Sabotage) {
    this.#sabotage = sabotage
  }

  startClock(): void {
    this.#zero = performance.now()
  }

  now(): number {
    return performance.now() - this.#zero
  }

  /** For a handler: makes a function that works for `ms` and then fails, if it has to. */
  readonly work = (path: string, name: string, ms: number, failure?: string): TaskFunction => {
    const id = this.added.push({ id: this.added.length, path, name }) - 1
    return this.#sabotage(id, async () => {
      const ran: Ran = { id, start: this.now() }
      this.ran.push(ran)
      await sleep(ms)
      ran.end = this.now()
      if (failure) throw (ran.error = new Error(failure))
    })
  }

  /** For the `onError` of an app. */
  readonly onError = (error: unknown): void => {
    const ran = this.ran.find((ran) => ran.error === error)
    if (ran) ran.reported = true
  }

  /** For a client: its request goes out. */
  visit(client: string, path: string): Visit {
    const visit: Visit = { client, path, start: this.now() }
    this.visits.push(visit)
    return visit
  }

  /** For a client: the answer has come, or cannot come any more. */
  leave(visit: Visit, status?: number): void {
    visit.end = this.now()
    visit.status = status
  }
}
