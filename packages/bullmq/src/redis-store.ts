import { Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import type { EngineSettings, RedisConnection } from './options.js'
import { type Store, type WorkerSettings, workerOptions } from './store.js'
import { warnIfNotDurable } from './warn-if-not-durable.js'

/** A lost connection is tried again soon, also after a long time, in ms. */
const retryStrategy = (times: number) => Math.min(times * 100, 1_000)

interface Connection {
  readonly url?: string
  readonly [option: string]: unknown
}

/** Jobs in Redis. */
export class RedisStore implements Store {
  readonly isSql = false
  readonly #connection: Connection
  readonly #name: string
  #client: Redis | undefined
  #queue: Queue | undefined
  #connecting: Promise<void> | undefined
  #lastError: unknown

  constructor(redis: RedisConnection, { queueName }: EngineSettings) {
    this.#connection = toOptions(redis)
    this.#name = queueName
  }

  get queue(): Queue {
    if (!this.#queue) {
      this.#queue = new Queue(this.#name, {
        connection: this.#producer() as never,
        // BullMQ would wait for the connection before it adds, and for ever.
        skipWaitingForReady: true,
        // The check is a command at the start, whose failure it would remember for ever.
        skipVersionCheck: true,
        skipMetasUpdate: true,
      })
      this.#queue.on('error', ignore) // whoever has asked for something is told
    }
    return this.#queue
  }

  /** One that fails at once when there is no connection. */
  #producer(): Redis {
    if (!this.#client) {
      const { url, ...options } = this.#connection
      const producer = {
        retryStrategy,
        ...options,
        lazyConnect: true,
        enableOfflineQueue: false,
        maxRetriesPerRequest: 1,
      }
      const { Redis } = loadIoredis()
      this.#client = url === undefined ? new Redis(producer) : new Redis(url, producer)
      this.#client.on('error', (error) => {
        this.#lastError = error
      })
    }
    return this.#client
  }

  async ready(): Promise<void> {
    const client = this.#producer()
    if (client.status === 'ready') return
    this.#connecting ??= this.#connect(client)
    await this.#connecting
    // It was there, and is not now: it is tried again meanwhile.
    if ((client.status as string) !== 'ready') {
      throw new Error('Redis is not connected', { cause: this.#lastError })
    }
  }

  /** Once: after that ioredis connects again by itself. */
  async #connect(client: Redis): Promise<void> {
    try {
      await client.connect()
    } catch {
      return // `ready` says so
    }
    await warnIfNotDurable(client)
  }

  makeWorker({ concurrency, processor }: WorkerSettings): Worker {
    // For ever: BullMQ's worker waits for the connection to come back.
    const connection = { retryStrategy, ...this.#connection, maxRetriesPerRequest: null }
    return new Worker(this.#name, processor, { ...workerOptions, connection, concurrency })
  }

  async close(): Promise<void> {
    await this.#queue?.close()
    this.#client?.disconnect()
  }
}

/** Of a client: it stays the caller's, since a worker blocks its connections. */
function toOptions(redis: RedisConnection): Connection {
  if (typeof redis === 'string') return { url: redis }
  const { duplicate, options } = redis as { duplicate?: unknown; options?: Connection }
  return typeof duplicate === 'function' ? { ...options } : { ...redis }
}

// An optional peer: who has no Redis need not install it.
function loadIoredis(): typeof import('ioredis') {
  try {
    return require('ioredis')
  } catch (error) {
    throw new Error('bullmqEngine({ redis }) needs ioredis: npm install ioredis', { cause: error })
  }
}

function ignore(): void {}
