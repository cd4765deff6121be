import type { EventEmitter } from 'node:events'
import { createPostgresBackend, type PgPool, Queue, runMigrations } from 'bullmq'
import { ANSWER_MS, endsWithin } from './ends-within.js'
import { LazyPool } from './lazy-pool.js'
import type { EngineSettings, PoolLike } from './options.js'
import { PacedWorker } from './paced-worker.js'
import { type Store, type WorkerSettings, workerOptions } from './store.js'

/** Where BullMQ has its tables: it takes no other one with a pool. */
export const SCHEMA = 'bullmq'

/** One connection of a worker listens, and the others do the rest. */
const LEAST_CONNECTIONS = 2

/** What is used of a connection of pg to end it: a server that does not answer would be waited for. */
interface Connection {
  readonly connection?: { readonly stream?: { destroy(): unknown } }
}

/** Jobs in PostgreSQL. */
export class PostgresStore implements Store {
  readonly isSql = true
  readonly #pool: LazyPool
  readonly #workerPool: LazyPool
  readonly #name: string
  /** The connections of both pools. */
  readonly #clients = new Set<Connection>()
  #queue: Queue | undefined

  constructor(pool: PoolLike, { queueName, acceptTimeout }: EngineSettings) {
    this.#name = queueName
    this.#pool = new LazyPool(async () => {
      const over = { connectionTimeoutMillis: acceptTimeout }
      const opened = ownPool(pool, this.#clients, over)
      try {
        await migrate(opened)
      } catch (error) {
        await opened.end()
        throw error
      }
      return opened
    })
    // Its own: answers that wait for a connection must not keep leases from being renewed.
    this.#workerPool = new LazyPool(async () => {
      await this.#pool.open()
      return ownPool(pool, this.#clients, { keepAlive: true, connectionTimeoutMillis: 10_000 })
    })
  }

  get queue(): Queue {
    this.#queue ??= makeQueue(this.#name, this.#pool)
    return this.#queue
  }

  get callersQueue(): Queue {
    return this.queue
  }

  ready(): Promise<void> {
    return this.#pool.open()
  }

  makeWorker({ concurrency, processor }: WorkerSettings): PacedWorker {
    return makeSqlWorker(this.#name, this.#workerPool, { concurrency, processor })
  }

  async close(): Promise<void> {
    await this.#queue?.close()
    const closing = Promise.all([this.#pool.close(), this.#workerPool.close()])
    if (await endsWithin(ANSWER_MS, closing)) return
    for (const { connection } of this.#clients) connection?.stream?.destroy()
  }
}

export function makeQueue(name: string, pool: LazyPool): Queue {
  const queue = new Queue(name, { connection: pool, skipMetasUpdate: true }, createPostgresBackend)
  queue.on('error', ignore) // whoever has asked for something is told
  return queue as unknown as Queue
}

export function makeSqlWorker(name: string, pool: LazyPool, settings: WorkerSettings): PacedWorker {
  const { concurrency, processor } = settings
  const options = { ...workerOptions, connection: pool, concurrency }
  return new PacedWorker(name, processor, options, createPostgresBackend as never)
}

interface PoolOptions {
  readonly connectionString?: string | undefined
  readonly password?: unknown
  readonly max?: number | undefined
  /** What the server is told at the start of a connection. */
  readonly options?: string | undefined
}

/** Those in a connection string are not merged by pg: they would be instead of ours. */
function withoutOptions({ connectionString, options }: PoolOptions): PoolOptions {
  if (!connectionString?.includes('options=')) return { connectionString, options }
  const url = new URL(connectionString)
  const inUrl = url.searchParams.get('options') ?? options
  url.searchParams.delete('options')
  return { connectionString: url.href, options: inUrl }
}

/** A pool that connects as the caller's does, to the tables of BullMQ. */
function ownPool(pool: PoolLike, clients: Set<Connection>, over: object): PgPool {
  const given = pool.options as PoolOptions
  const { connectionString, options } = withoutOptions(given)
  const Pool = pool.constructor as new (options: object) => PgPool & EventEmitter
  const own = new Pool({
    ...over,
    ...given,
    ...(connectionString !== undefined && { connectionString }),
    // pg hides it from the eyes of whoever copies the options.
    password: given.password,
    options: [options, `-c search_path=${SCHEMA}`].filter(Boolean).join(' '),
    max: Math.max(LEAST_CONNECTIONS, given.max ?? 10),
  })
  own.on('connect', (client: Connection) => void clients.add(client))
  own.on('remove', (client: Connection) => void clients.delete(client))
  own.on('error', ignore) // an idle connection has broken: the next query makes another one
  return own
}

async function migrate(pool: PgPool): Promise<void> {
  const client = await pool.connect()
  try {
    await runMigrations(client, SCHEMA)
  } finally {
    client.release()
  }
}

function ignore(): void {}
