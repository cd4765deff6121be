import { EventEmitter } from 'node:events'
import type { PgPool, PgPoolClient, PgQueryResult } from 'bullmq'

/** What is used of PGlite: its own types need those of a browser. */
export interface PGlite {
  query<R>(text: string, params?: unknown[]): Promise<{ rows: R[] }>
  exec(text: string): Promise<{ rows: unknown[] }[]>
  onNotification(callback: (channel: string, payload: string) => void): () => void
  close(): Promise<void>
}

/** PGlite, which has one connection, as the pool that BullMQ asks for. */
export class PglitePool extends EventEmitter implements PgPool {
  readonly #database: PGlite
  readonly #onEnd: () => Promise<void>

  constructor(database: PGlite, onEnd: () => Promise<void>) {
    super()
    this.#database = database
    this.#onEnd = onEnd
  }

  async connect(): Promise<PgPoolClient> {
    return new PgliteClient(this.#database)
  }

  query<R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> {
    return query(this.#database, text, params)
  }

  async end(): Promise<void> {
    await this.#database.close()
    await this.#onEnd()
  }
}

/** The same one connection, with ears of its own. */
class PgliteClient extends EventEmitter implements PgPoolClient {
  readonly #database: PGlite
  readonly #stop: () => void

  constructor(database: PGlite) {
    super()
    this.#database = database
    this.#stop = database.onNotification((channel, payload) => {
      this.emit('notification', { channel, payload })
    })
  }

  /** What the kernel would do for a socket: a block of BullMQ's is as long as it likes. */
  readonly connection = { stream: { setKeepAlive() {} } }

  query<R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> {
    return query(this.#database, text, params)
  }

  release(): void {
    this.#stop()
  }
}

/** Without parameters there may be several statements, as in a migration. */
export async function query<R>(
  database: PGlite,
  text: string,
  params?: readonly unknown[],
): Promise<PgQueryResult<R>> {
  if (params && params.length > 0) return database.query<R>(text, [...params])
  const results = await database.exec(text)
  return { rows: (results.at(-1)?.rows ?? []) as R[] }
}
