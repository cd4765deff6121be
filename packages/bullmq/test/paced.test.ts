import { bullmqEngine, type EngineOptions, startWorker } from '@backgrounder/bullmq'
import { background } from '@backgrounder/core'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { skip } from './stores/index.js'
import { noOwnPostgres, startPostgres } from './stores/postgres.js'
import { noOwnRedis, startRedis } from './stores/redis.js'
import type { Server } from './stores/server.js'
import { until } from './until.js'

/** How often it may be asked in the seconds that are watched: in a hot loop it is many hundreds. */
const FEW = 60

interface Kind {
  readonly name: string
  readonly missing: string | undefined
  readonly start: () => Promise<Server>
  readonly options: (url: string) => EngineOptions
  /** Makes the store refuse what a worker asks for; gives how often it was asked anything. */
  refuse(url: string): Promise<() => Promise<number>>
}

const kinds: Kind[] = [
  {
    name: 'PostgreSQL whose tables are gone',
    missing: noOwnPostgres,
    start: startPostgres,
    options: (connectionString) => ({ pool: new Pool({ connectionString }) }),
    async refuse(connectionString) {
      const pool = new Pool({ connectionString })
      onTestFinished(() => pool.end())
      await pool.query('DROP SCHEMA bullmq CASCADE')
      return async () => {
        const { rows } = await pool.query('SELECT sum(xact_rollback) AS n FROM pg_stat_database')
        return Number(rows[0].n)
      }
    },
  },
  {
    name: 'Redis that is full',
    missing: noOwnRedis,
    start: startRedis,
    options: (redis) => ({ redis }),
    async refuse(url) {
      const admin = new Redis(url)
      onTestFinished(() => admin.disconnect())
      await admin.config('SET', 'maxmemory', '1')
      return async () => {
        const stats = await admin.info('commandstats')
        return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0)
      }
    },
  },
]

for (const { name, missing, start, options, refuse } of kinds) {
  const title = `a ${name}`
  if (missing) {
    skip(title, missing)
    continue
  }
  describe(title, () => {
    it('is asked for jobs now and then, and not in a hot loop', async () => {
      const server = await start()
      onTestFinished(server.kill)
      const engine = bullmqEngine(options(server.url))
      await engine.queue.add('mail', {})
      const asked = await refuse(server.url)
      const errors: unknown[] = []
      const onError = (error: unknown) => errors.push(error)
      const task = background(() => {}, { name: 'mail' })
      const worker = await startWorker({ engine, tasks: [task], onError })
      await until(() => errors.length > 0)
      const before = await asked()
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      expect((await asked()) - before).toBeLessThan(FEW)
      await worker.close()
      await engine.close()
    }, 60_000)
  })
}
