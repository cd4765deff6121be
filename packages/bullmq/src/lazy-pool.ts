import { EventEmitter } from 'node:events'
import type { PgPool, PgPoolClient, PgQueryResult } from 'bullmq'

/** Between two looks for a store that is not there, in ms. */
const RETRY_MS = 500

/**
 * A pool that is opened when it is needed, and again when that has failed. BullMQ asks once whether its
 * store is there, and remembers a no for ever: here it waits for the yes.
 */
export class LazyPool extends EventEmitter implements PgPool {
  readonly #open: () => Promise<PgPool>
  #pool: PgPool | undefined
  #opening: Promise<void> | undefined
  #isClosed = false

  constructor(open: () => Promise<PgPool>) {
    super()
    this.setMaxListeners(0) // each worker listens, for as long as the engine lives
    this.#open = open
  }

  /** Rejects when the store is not there now. */
  async open(): Promise<void> {
    if (this.#pool) return
    if (this.#isClosed) throw new Error('The engine is closed')
    this.#opening ??= this.#openOnce()
    try {
      await this.#opening
    } finally {
      this.#opening = undefined
    }
  }

  async #openOnce(): Promise<void> {
    this.#pool = await this.#open()
  }

  async #opened(): Promise<PgPool> {
    while (!this.#pool) {
      try {
        await this.open()
      } catch (error) {
        if (this.#isClosed) throw error
        this.emit('error', error)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
    return this.#pool
  }

  async connect(): Promise<PgPoolClient> {
    return (await this.#opened()).connect()
  }

  async query<R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> {
    return (await this.#opened()).query<R>(text, params)
  }

  /** BullMQ does not end a pool that it was given. */
  async end(): Promise<void> {}

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#opening?.catch(() => {})
    await this.#pool?.end()
  }
}
