import { setTimeout as sleep } from 'node:timers/promises'
import type { Sabotage } from './sabotage.js'

/** From when to when, in ms since the ledger was opened. */
export interface Span {
  readonly start: number
  end?: number
}

/** One request, written down by the client. */
export interface Visit extends Span {
  readonly client: string
  readonly path: string
  /** Undefined when there was no answer. */
  status?: number | undefined
}

/** One task, written down by the handler that added it. */
export interface Added {
  readonly id: number
  readonly path: string
  readonly name: string
}

/** One call of a task's function, written down by the function. */
export interface Ran extends Span {
  readonly id: number
  error?: Error
  /** The app's `onError` heard of it. */
  reported?: boolean
}

export type TaskFunction = () => Promise<void>

/** The demo's own books on one server: they are compared with each other, never with the library. */
export class Ledger {
  readonly visits: Visit[] = []
  readonly added: Added[] = []
  readonly ran: Ran[] = []
  #opened = 0
  readonly #sabotage: Sabotage

  constructor(sabotage: Sabotage) {
    this.#sabotage = sabotage
  }

  open(): void {
    this.#opened = performance.now()
  }

  now(): number {
    return performance.now() - this.#opened
  }

  visit(client: string, path: string): Visit {
    const visit: Visit = { client, path, start: this.now() }
    this.visits.push(visit)
    return visit
  }

  /** A function to add as a task: it works for `ms`, and then fails if a failure is given. */
  readonly work = (path: string, name: string, ms: number, failure?: string): TaskFunction => {
    const id = this.added.length
    this.added.push({ id, path, name })
    return this.#sabotage(async () => {
      const ran: Ran = { id, start: this.now() }
      this.ran.push(ran)
      await sleep(ms)
      ran.end = this.now()
      if (!failure) return
      ran.error = new Error(failure)
      throw ran.error
    })
  }

  /** For `backgroundTasks({ onError })`. */
  readonly onError = (error: unknown): void => {
    for (const ran of this.ran) if (ran.error === error) ran.reported = true
  }
}
