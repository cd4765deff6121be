import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { EngineSettings, RedisConnection } from './options.js'
import { PacedWorker } from './paced-worker.js'
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
  #callersQueue: Queue | undefined
  #connecting: Promise<void> | undefined
  #lastError: unknown

  constructor(redis: RedisConnection, { queueName }: EngineSettings) {
    this.#connection = toOptions(redis)
    this.#name = queueName
  }

  get queue(): Queue {
    // BullMQ would wait for the connection before it adds, and for ever.
    this.#queue ??= this.#makeQueue({ connection: this.#producer(), skipWaitingForReady: true })
    return this.#queue
  }

  get callersQueue(): Queue {
    const connection = { retryStrategy, ...this.#connection }
    this.#callersQueue ??= this.#makeQueue({ connection })
    return this.#callersQueue
  }

  #makeQueue(options: { connection: object; skipWaitingForReady?: boolean }): Queue {
    const queue = new Queue(this.#name, {
      ...options,
      // The check is a command at the start, whose failure it would remember for ever.
      skipVersionCheck: true,
      skipMetasUpdate: true,
    })
    queue.on('error', ignore) // whoever has asked for something is told
    return queue
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

  makeWorker({ concurrency, processor }: WorkerSettings): PacedWorker {
    // For ever: BullMQ's worker waits for the connection to come back.
    const connection = {
      retryStrategy,
      ...this.#connection,
      maxRetriesPerRequest: null,
      commandTimeout: undefined, // it waits for jobs by a command that takes as long as there is none
    }
    return new PacedWorker(this.#name, processor, { ...workerOptions, connection, concurrency })
  }

  async close(): Promise<void> {
    await this.#queue?.close()
    this.#client?.disconnect()
    await this.#callersQueue?.backend.close(true) // when Redis is down, the orderly way does not end
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
