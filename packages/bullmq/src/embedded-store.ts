import { access, mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { type Queue, runMigrations } from 'bullmq'
import { FolderLock } from './folder-lock.js'
import { LazyPool } from './lazy-pool.js'
import type { EngineSettings } from './options.js'
import type { PacedWorker } from './paced-worker.js'
import { type PGlite, PglitePool, query } from './pglite-pool.js'
import { makeQueue, makeSqlWorker, SCHEMA } from './postgres-store.js'
import type { Store, WorkerSettings } from './store.js'

/** Jobs in a folder, by PGlite: PostgreSQL inside of this process. */
export class EmbeddedStore implements Store {
  readonly isSql = true
  readonly #name: string
  readonly #pool: LazyPool
  #queue: Queue | undefined

  constructor(folder: string, { queueName }: EngineSettings) {
    this.#name = queueName
    this.#pool = new LazyPool(() => open(path.resolve(folder)))
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

  makeWorker(settings: WorkerSettings): PacedWorker {
    return makeSqlWorker(this.#name, this.#pool, settings)
  }

  async close(): Promise<void> {
    await this.#queue?.close()
    await this.#pool.close()
  }
}

interface Pglite {
  create(folder: string): Promise<PGlite>
}

/** The lock is beside the data and inside of the folder: that may be a volume, or a link to one. */
async function open(folder: string): Promise<PglitePool> {
  const { PGlite } = loadPglite()
  await mkdir(folder, { recursive: true })
  const lock = await FolderLock.take(folder)
  const data = path.join(folder, 'data')
  try {
    if (!(await exists(data))) await init(PGlite, data)
    const database = await PGlite.create(data)
    await migrate(database)
    return new PglitePool(database, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** What is killed in the midst of this leaves nothing in the place of the data. */
async function init(Pglite: Pglite, data: string): Promise<void> {
  const unfinished = `${data}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  const database = await Pglite.create(unfinished)
  await migrate(database)
  await database.close()
  await rename(unfinished, data)
}

async function migrate(database: PGlite): Promise<void> {
  await runMigrations({ query: (text, params) => query(database, text, params) }, SCHEMA)
  await database.exec(`SET search_path TO ${SCHEMA}`)
}

// An optional peer: who has a server need not install it.
function loadPglite(): { readonly PGlite: Pglite } {
  try {
    return require('@electric-sql/pglite')
  } catch (error) {
    const mend = 'bullmqEngine({ embedded }) needs PGlite: npm install @electric-sql/pglite'
    throw new Error(mend, { cause: error })
  }
}

async function exists(folder: string): Promise<boolean> {
  try {
    await access(folder)
    return true
  } catch {
    return false
  }
}
