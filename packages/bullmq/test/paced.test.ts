import { bullmqEngine, startWorker } from '@backgrounder/bullmq'
import { background } from '@backgrounder/core'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { describeOwnServers } from './stores/own-servers.js'
import { until } from './until.js'

/** How often it may be asked in the seconds that are watched: in a hot loop it is many hundreds. */
const FEW = 60

/** Makes a server refuse what a worker asks for; gives how often it was asked. */
const refuse = {
  async PostgreSQL(connectionString: string): Promise<() => Promise<number>> {
    const pool = new Pool({ connectionString })
    onTestFinished(() => pool.end())
    await pool.query('DROP SCHEMA bullmq CASCADE')
    return async () => {
      const { rows } = await pool.query('SELECT sum(xact_rollback) AS n FROM pg_stat_database')
      return Number(rows[0].n)
    }
  },
  async Redis(url: string): Promise<() => Promise<number>> {
    const admin = new Redis(url)
    onTestFinished(() => admin.disconnect())
    await admin.config('SET', 'maxmemory', '1')
    return async () => {
      const stats = await admin.info('commandstats')
      return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0)
    }
  },
}

// A Redis that is full, a PostgreSQL whose tables are gone.
describeOwnServers('a store that refuses', ({ name, start, options }) => {
  it('is asked for jobs now and then, and not in a hot loop', async () => {
    const server = await start()
    onTestFinished(server.kill)
    const engine = bullmqEngine(options(server.url))
    await engine.queue.add('mail', {})
    const asked = await refuse[name](server.url)
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
