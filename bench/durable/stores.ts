import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { EngineOptions } from '@backgrounder/bullmq'
import { createPostgresBackend, type Job, Queue, Worker } from 'bullmq'
import { Pool } from 'pg'
// Not exported, and the only way to have BullMQ on PGlite.
import { EmbeddedStore } from '../../packages/bullmq/dist/embedded-store.js'
import { noPostgres, startPostgres } from '../../packages/bullmq/test/stores/postgres.js'
import { noRedis, startRedis } from '../../packages/bullmq/test/stores/redis.js'

type Process = (job: Job) => Promise<void>

/** BullMQ as one uses it without us, on a queue of its own. */
interface Direct {
  readonly queue: Queue
  makeWorker(concurrency: number, process: Process): Worker
  close(): Promise<unknown>
}

/** A store that both sides share. */
export interface BenchStore {
  readonly engine: EngineOptions
  direct(): Promise<Direct>
  end(): Promise<unknown>
}

export interface Kind {
  readonly name: string
  /** Why it cannot be measured here. */
  readonly missing: string | undefined
  open(): Promise<BenchStore>
}

export const kinds: readonly Kind[] = [
  { name: 'Redis', missing: noRedis, open: openRedis },
  { name: 'PostgreSQL', missing: noPostgres, open: openPostgres },
  { name: 'embedded', missing: undefined, open: openEmbedded },
]

const NAME = 'direct'

async function openRedis(): Promise<BenchStore> {
  const server = process.env.REDIS_URL ? undefined : await startRedis()
  const url = process.env.REDIS_URL ?? server?.url ?? ''
  const connection = { url, maxRetriesPerRequest: null }
  return {
    engine: { redis: url },
    direct: async () => {
      const queue = new Queue(NAME, { connection: { url } })
      return {
        queue,
        makeWorker: (concurrency, process) =>
          new Worker(NAME, process, { connection, concurrency }),
        close: () => queue.close(),
      }
    },
    end: async () => server?.kill(),
  }
}

async function openPostgres(): Promise<BenchStore> {
  const server = process.env.DATABASE_URL ? undefined : await startPostgres()
  const pool = new Pool({ connectionString: process.env.DATABASE_URL ?? server?.url })
  pool.on('error', () => {}) // its server is killed before it is ended
  return {
    engine: { pool },
    direct: async () => {
      const { connectionString } = pool.options
      const own = new Pool({ connectionString, options: '-c search_path=bullmq' })
      own.on('error', () => {})
      const queue = new Queue(NAME, { connection: own as never }, createPostgresBackend)
      return {
        queue: queue as unknown as Queue,
        makeWorker: (concurrency, process) =>
          new Worker(
            NAME,
            process,
            { connection: own as never, concurrency },
            createPostgresBackend,
          ) as unknown as Worker,
        close: async () => {
          await queue.close()
          await own.end()
        },
      }
    },
    end: async () => {
      await pool.end()
      await server?.kill()
    },
  }
}

/** A folder for each side: one process may open it once. */
async function openEmbedded(): Promise<BenchStore> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-bench-'))
  return {
    engine: { embedded: path.join(folder, 'ours') },
    direct: async () => {
      const settings = { queueName: NAME } as ConstructorParameters<typeof EmbeddedStore>[1]
      const store = new EmbeddedStore(path.join(folder, 'direct'), settings)
      await store.ready()
      return {
        queue: store.queue,
        makeWorker: (concurrency, processor) => store.makeWorker({ concurrency, processor }),
        close: () => store.close(),
      }
    },
    end: () => rm(folder, { recursive: true }),
  }
}
