import type { Args, Background, Engine, EnqueuedJob } from '@backgrounder/core'
import { EnqueueError } from '@backgrounder/core'
import { makeJob } from '@backgrounder/core/durable'
import { PostgresQueueBackend, Queue } from 'bullmq'
import { freeKey } from './free-key.js'
import { idOf, toData, toOptions } from './job-data.js'
import type { EngineSettings } from './options.js'
import { SCHEMA } from './postgres-store.js'

/** What is used of a connection that is in a transaction: those of `pg` and PGlite have it. */
export interface SqlClient {
  /** One statement, in the transaction that is open. */
  query(text: string, params?: unknown[]): Promise<{ rows: unknown[] }>
}

type OwnEngine = Engine & { readonly queue: Queue; ready(): Promise<void> }

function checkClient(client: SqlClient): void {
  const { query, totalCount } = Object(client) as { query?: unknown; totalCount?: unknown }
  if (typeof query === 'function' && totalCount === undefined) return
  const got = totalCount === undefined ? typeof client : 'a pool'
  throw new TypeError(
    `Expected \`client\` to be a connection that is in a transaction, got ${got}: ` +
      'const client = await pool.connect()',
  )
}

/** An engine whose `enqueue` is a statement of the caller's transaction. */
export class Transaction {
  readonly #engine: OwnEngine
  readonly #client: SqlClient
  readonly #settings: EngineSettings

  /** @throws TypeError for what is no connection: each statement of a pool may go to another one. */
  constructor(engine: OwnEngine, client: SqlClient, settings: EngineSettings) {
    checkClient(client)
    this.#engine = engine
    this.#client = client
    this.#settings = settings
  }

  /**
   * Stores a job with the transaction.
   *
   * @throws NotDurableError, TypeError and EnqueueError, as `enqueue` of a response's tasks.
   */
  async enqueue<A extends unknown[]>(
    definition: Background<A>,
    ...args: Args<A>
  ): Promise<EnqueuedJob> {
    const job = makeJob(this.#engine, { definition, args })
    try {
      await this.#engine.ready()
      if (job.key !== undefined) await freeKey(this.#engine.queue, idOf(job), this.#settings)
      const queue = queueWithin(this.#client, this.#settings.queueName)
      const { id } = await queue.add(job.name, toData(job), toOptions(job, this.#settings))
      return { id: id as string }
    } catch (error) {
      throw new EnqueueError(job.name, error)
    }
  }
}

/** BullMQ's own `add`, so that a job is the same whichever way it came; its one query goes to `client`. */
function queueWithin(client: SqlClient, name: string): Queue {
  const query = (text: string, params?: unknown[]) =>
    // The caller's search_path is another one.
    client.query(text.replace('add_job(', `"${SCHEMA}".add_job(`), params)
  const connection = {
    schema: SCHEMA,
    pool: { query },
    isClosing: undefined,
    waitUntilReady: async () => {},
  }
  const backend = new PostgresQueueBackend(connection as never, name, connection as never, false)
  return new Queue(name, { connection: {}, skipMetasUpdate: true }, (() => backend) as never)
}
