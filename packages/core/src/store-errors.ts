import { contain } from './contain.js'
import type { Logger } from './options.js'
import { reportStore } from './report.js'

/** A store that is down says so at every try, many times a second: each text is told once in this, in ms. */
const ONCE_IN_MS = 30_000

/** Tells the errors of a store, and not each of them. */
export class StoreErrors {
  readonly #tell: (error: unknown) => unknown
  readonly #told = new Map<string, number>()

  constructor(logger: Logger, onError: ((error: unknown) => unknown) | undefined) {
    this.#tell = onError ?? ((error) => reportStore(logger, error))
  }

  readonly add = (error: unknown): void => {
    const text = textOf(error)
    const now = performance.now()
    const last = this.#told.get(text)
    if (last !== undefined && now - last < ONCE_IN_MS) return
    if (this.#told.size >= 100) this.#told.clear() // a text may have an id in it
    this.#told.set(text, now)
    contain(() => this.#tell(error))
  }
}

function textOf(error: unknown): string {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown }
  return `${String(code)} ${String(message)}`
}
