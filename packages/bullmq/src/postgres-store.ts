import { createPostgresBackend, type PgPool, Queue, runMigrations, Worker } from 'bullmq'
import { LazyPool } from './lazy-pool.js'
import type { EngineSettings, PoolLike } from './options.js'
import { type Store, type WorkerSettings, workerOptions } from './store.js'

/** Where BullMQ has its tables: it takes no other one with a pool. */
export const SCHEMA = 'bullmq'

/** One connection of a worker listens, and the others do the rest. */
const LEAST_CONNECTIONS = 2

/** Jobs in PostgreSQL. */
export class PostgresStore implements Store {
  readonly isSql = true
  readonly #pool: LazyPool
  readonly #workerPool: LazyPool
  readonly #name: string
  #queue: Queue | undefined

  constructor(pool: PoolLike, { queueName, acceptTimeout }: EngineSettings) {
    this.#name = queueName
    this.#pool = new LazyPool(async () => {
      const opened = ownPool(pool, { connectionTimeoutMillis: acceptTimeout })
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
      return ownPool(pool, { keepAlive: true })
    })
  }

  get queue(): Queue {
    this.#queue ??= makeQueue(this.#name, this.#pool)
    return this.#queue
  }

  ready(): Promise<void> {
    return this.#pool.open()
  }

  makeWorker({ concurrency, processor }: WorkerSettings): Worker {
    return makeSqlWorker(this.#name, this.#workerPool, { concurrency, processor })
  }

  async close(): Promise<void> {
    await this.#queue?.close()
    await Promise.all([this.#pool.close(), this.#workerPool.close()])
  }
}

export function makeQueue(name: string, pool: LazyPool): Queue {
  const queue = new Queue(name, { connection: pool, skipMetasUpdate: true }, createPostgresBackend)
  queue.on('error', ignore) // whoever has asked for something is told
  return queue as unknown as Queue
}

export function makeSqlWorker(name: string, pool: LazyPool, settings: WorkerSettings): Worker {
  const { concurrency, processor } = settings
  const options = { ...workerOptions, connection: pool, concurrency }
  return new Worker(name, processor, options, createPostgresBackend) as unknown as Worker
}

/** A pool that connects as the caller's does, to the tables of BullMQ. */
function ownPool(pool: PoolLike, over: object): PgPool {
  const given = pool.options as { password?: unknown; max?: number; options?: string }
  const Pool = pool.constructor as new (options: object) => PgPool
  const own = new Pool({
    ...over,
    ...given,
    // pg hides it from the eyes of whoever copies the options.
    password: given.password,
    options: [given.options, `-c search_path=${SCHEMA}`].filter(Boolean).join(' '),
    max: Math.max(LEAST_CONNECTIONS, given.max ?? 10),
  })
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
