import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { bullmqEngine, type SqlClient, startWorker } from '@backgrounder/bullmq'
import { background, type EnqueueEvent } from '@backgrounder/core'
import { Pool, type PoolClient } from 'pg'
import { describe, expect, it } from 'vitest'
import { describeStores } from './stores/index.js'
import { until } from './until.js'

const mail = background((_to: string) => {}, { name: 'mail', retries: 2 })

describeStores(
  'a job within a transaction of the caller',
  (store) => {
    /** Runs statements in a transaction, on a table of the caller's own, and ends it as told. */
    async function transact(
      pool: Pool,
      table: string,
      end: 'COMMIT' | 'ROLLBACK',
      body: (client: PoolClient) => Promise<unknown>,
    ): Promise<void> {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        await client.query(`INSERT INTO "${table}" VALUES ('Ada')`)
        await body(client)
        await client.query(end)
      } finally {
        client.release(true) // whatever its state: a test that has failed must end
      }
    }

    async function open() {
      const { pool, queueName } = await store.options()
      const engine = bullmqEngine({ pool, queueName } as never)
      const table = `users-${queueName}`
      await (pool as Pool).query(`CREATE TABLE "${table}" (name text)`)
      const users = async () => (await (pool as Pool).query(`SELECT * FROM "${table}"`)).rowCount
      return { engine, pool: pool as Pool, table, users }
    }

    it('is there with its data at COMMIT, and not before; a worker runs it', async () => {
      const { engine, pool, table, users } = await open()
      const calls: string[] = []
      const task = background((to: string) => void calls.push(to), { name: 'mail', retries: 2 })
      const worker = await startWorker({ engine, tasks: [task] })
      let id = ''
      await transact(pool, table, 'COMMIT', async (client) => {
        const enqueued = await engine.within(client).enqueue(task, 'a@b.c')
        id = enqueued.id
        expect(await engine.queue.getJob(id)).toBeUndefined()
        // The caller's own search_path is as it was: its tables are found.
        await client.query(`INSERT INTO "${table}" VALUES ('Bob')`)
      })
      await until(() => worker.stats.succeeded === 1)
      expect([calls, await users()]).toEqual([['a@b.c'], 2])
      const job = await engine.queue.getJob(id)
      expect(job).toMatchObject({ name: 'mail', opts: { attempts: 3 } })
      await worker.close()
      await engine.close()
    })

    it('has the headers that observers of `backgrounder.job.enqueue` give it', async () => {
      const { engine, pool, table } = await open()
      const give = (event: unknown) => {
        ;(event as EnqueueEvent).headers.traceparent = '00-0a-0b-01'
      }
      subscribe('backgrounder.job.enqueue', give)
      let id = ''
      await transact(pool, table, 'COMMIT', async (client) => {
        id = (await engine.within(client).enqueue(mail, 'a@b.c')).id
      })
      unsubscribe('backgrounder.job.enqueue', give)
      const job = await engine.queue.getJob(id)
      expect(job?.data).toMatchObject({ v: 1, headers: { traceparent: '00-0a-0b-01' } })
      await engine.close()
    })

    it('is never there after ROLLBACK', async () => {
      const { engine, pool, table, users } = await open()
      await transact(pool, table, 'ROLLBACK', (client) => engine.within(client).enqueue(mail, 'a'))
      expect([await users(), await engine.queue.getWaitingCount()]).toEqual([0, 0])
      await engine.close()
    })

    it('is one with the same key of enqueue, whichever came first', async () => {
      const { engine, pool, table } = await open()
      const keyed = mail.with({ key: 'order:7' })
      const ids = new Set<string>()
      for (const _ of [1, 2]) {
        await transact(pool, table, 'COMMIT', async (client) => {
          ids.add((await engine.within(client).enqueue(keyed, 'a')).id)
        })
      }
      expect([ids.size, await engine.queue.getWaitingCount()]).toEqual([1, 1])
      await engine.close()
    })

    it('is checked as by enqueue, and the transaction is whole', async () => {
      const { engine, pool, table, users } = await open()
      await transact(pool, table, 'COMMIT', async (client) => {
        const within = engine.within(client)
        await expect(within.enqueue(mail, new Date() as never)).rejects.toThrow('is a Date')
        const nameless = background(() => {})
        await expect(within.enqueue(nameless)).rejects.toMatchObject({ code: 'BG_NOT_DURABLE' })
      })
      expect(await users()).toBe(1)
      await engine.close()
    })

    it('whose statement fails is an EnqueueError with the error of the client', async () => {
      const { engine } = await open()
      const cause = new Error('current transaction is aborted')
      const client: SqlClient = { query: () => Promise.reject(cause) }
      await expect(engine.within(client).enqueue(mail, 'a')).rejects.toMatchObject({
        code: 'BG_ENQUEUE',
        cause,
      })
      await engine.close()
    })
  },
  'PostgreSQL',
)

describe('within', () => {
  it('is refused for what is no connection: a statement of a pool may go to any', async () => {
    const pool = new Pool()
    const engine = bullmqEngine({ pool })
    expect(() => engine.within(pool)).toThrow('got a pool: const client = await pool.connect()')
    expect(() => engine.within(undefined as never)).toThrow('got undefined')
    await engine.close()
  })
})

describe('within, on Redis', () => {
  it('is refused: there is no transaction', () => {
    const engine = bullmqEngine({ redis: 'redis://127.0.0.1:1' })
    expect(() => engine.within({} as SqlClient)).toThrow('Redis has no SQL transaction')
  })
})
