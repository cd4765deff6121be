import type {
  DeadLetters,
  Engine,
  EngineStats,
  EngineWorker,
  EnqueuedJob,
  Job,
  Work,
} from '@backgrounder/core'
import type { Queue } from 'bullmq'
import { DeadJobs } from './dead-jobs.js'
import { EmbeddedStore } from './embedded-store.js'
import { answerWithin } from './ends-within.js'
import { freeKey } from './free-key.js'
import { idOf, toData, toOptions } from './job-data.js'
import { JobWorker } from './job-worker.js'
import { checkOptions, type EngineOptions, type EngineSettings, withDefaults } from './options.js'
import { PostgresStore } from './postgres-store.js'
import { RedisStore } from './redis-store.js'
import type { Store } from './store.js'
import { type SqlClient, Transaction } from './transaction.js'

/** A durable engine on BullMQ. */
export interface BullmqEngine extends Engine {
  /**
   * BullMQ's own queue, for the rest of what it can: schedules, priorities, a board. It waits for the
   * store, and an embedded one opens when this is first read.
   */
  readonly queue: Queue
  /**
   * Resolves when the store is there, with its tables. What needs it waits for it, and no longer than
   * `acceptTimeout`: call it at the start, when the first job must not find a store that is slow to open.
   *
   * @throws what the store says when it is down.
   */
  ready(): Promise<void>
  /**
   * `enqueue` inside of a SQL transaction of your own: the job is there when that is committed, and was
   * never there when it is rolled back. Experimental.
   *
   * @throws TypeError when the store is Redis.
   * @example
   * ```ts
   * await client.query('BEGIN')
   * await client.query('INSERT INTO users (email) VALUES ($1)', [email])
   * await engine.within(client).enqueue(welcomeMail, email)
   * await client.query('COMMIT')
   * ```
   */
  within(client: SqlClient): Transaction
}

/**
 * Makes an engine that keeps jobs in Redis, in PostgreSQL, or in a folder of this process. It connects
 * when it is first used.
 *
 * @throws TypeError for an unknown option, a wrong value, and not exactly one store.
 * @example
 * ```ts
 * const engine = bullmqEngine({ redis: 'redis://localhost:6379' })
 * app.use(backgroundTasks({ engine }))
 * ```
 */
export function bullmqEngine(options: EngineOptions): BullmqEngine {
  const settings = withDefaults(checkOptions(options))
  return new QueueEngine(makeStore(options, settings), settings)
}

function makeStore({ redis, pool, embedded }: EngineOptions, settings: EngineSettings): Store {
  if (redis !== undefined) return new RedisStore(redis, settings)
  if (pool !== undefined) return new PostgresStore(pool, settings)
  return new EmbeddedStore(embedded as string, settings)
}

/**
 * Where BullMQ keeps what may run. A pause and priorities come from a caller who uses its queue; that
 * 'paused' is a state is said by its SQL stores alone, and not by its types.
 */
const waitingStates = ['waiting', 'paused' as 'waiting', 'prioritized'] as const

class QueueEngine implements BullmqEngine {
  readonly acceptTimeout: number
  readonly maxBytes: number
  readonly dead: DeadLetters
  readonly #store: Store
  readonly #settings: EngineSettings
  readonly #workers: JobWorker[] = []
  #closing: Promise<void> | undefined

  constructor(store: Store, settings: EngineSettings) {
    this.#store = store
    this.#settings = settings
    this.acceptTimeout = settings.acceptTimeout
    this.maxBytes = settings.maxBytes
    this.dead = new DeadJobs(store, settings)
  }

  get queue(): Queue {
    return this.#store.callersQueue
  }

  async ready(): Promise<void> {
    if (this.#closing) throw new Error('The engine is closed')
    await this.#store.ready()
  }

  async add(job: Job): Promise<EnqueuedJob> {
    await this.ready()
    const { queue } = this.#store
    if (job.key !== undefined) await freeKey(queue, idOf(job), this.#settings)
    const { id } = await queue.add(job.name, toData(job), toOptions(job, this.#settings))
    return { id: id as string }
  }

  stats(): Promise<EngineStats> {
    return answerWithin(this.acceptTimeout, this.#count())
  }

  async #count(): Promise<EngineStats> {
    await this.ready()
    // All at once, so that a job that moves meanwhile is counted once.
    const counts = await this.#store.queue.getJobCounts(
      ...waitingStates,
      'delayed',
      'active',
      'failed',
    )
    const { delayed = 0, active = 0, failed = 0 } = counts
    const waiting = waitingStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
    return { waiting, delayed, running: active, dead: failed }
  }

  within(client: SqlClient): Transaction {
    if (!this.#store.isSql) {
      throw new TypeError(
        'Expected an engine on `pool` or `embedded`: Redis has no SQL transaction',
      )
    }
    return new Transaction(this, client, this.#settings)
  }

  async work(work: Work): Promise<EngineWorker> {
    if (this.#closing) throw new Error('The engine is closed')
    const worker = new JobWorker(this.#store, work, this.#settings)
    this.#workers.push(worker)
    return worker
  }

  /** Workers are closed before: whoever has not done so is not to wait for ever. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()))
    await this.#store.close()
  }
}
