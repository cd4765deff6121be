import { bullmqEngine, startWorker } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { createPostgresBackend, type PgPool, Queue } from 'bullmq'
import { Pool } from 'pg'
import { expect, it } from 'vitest'
import { describeStores } from '../stores/index.js'
import { until } from '../until.js'

describeStores(
  'a pool of the caller',
  (store) => {
    it('as it is, is of no use to BullMQ: its functions are not found', async () => {
      const engine = await store.open()
      const { pool } = await store.options()
      const connection = pool as unknown as PgPool
      const queue = new Queue(engine.queue.name, { connection }, createPostgresBackend)
      await expect(queue.add('a', {})).rejects.toThrow('function add_job(')
      await queue.close()
      await engine.close()
    })

    it('with one connection, and a password, is enough', async () => {
      const { pool, queueName } = await store.options()
      const one = new Pool({ ...(pool as Pool).options, max: 1, password: 'not-asked-for' })
      const engine = bullmqEngine({ pool: one, queueName })
      const calls: string[] = []
      const task = background((to: string) => void calls.push(to), { name: 'mail' })
      const worker = await startWorker({ engine, tasks: [task] })
      await createRunner({ engine }).enqueue(task, 'a')
      await until(() => worker.stats.succeeded === 1)
      await worker.close()
      await engine.close()
      // Nothing of the caller's was changed or ended.
      const { rows } = await one.query('SHOW search_path')
      expect(rows).toEqual([{ search_path: '"$user", public' }])
      await one.end()
    })

    it('with options in its connection string keeps them', async () => {
      const { pool, queueName } = await store.options()
      const { connectionString } = (pool as Pool).options
      const url = new URL(connectionString as string)
      const name = `options-${queueName}`.slice(0, 60)
      url.searchParams.set('options', `-c application_name=${name}`)
      const own = new Pool({ connectionString: url.href })
      const engine = bullmqEngine({ pool: own, queueName })
      await createRunner({ engine }).enqueue(background(() => {}, { name: 'mail' }))
      expect(await engine.queue.getWaitingCount()).toBe(1)
      const { rowCount } = await (pool as Pool).query(
        'SELECT FROM pg_stat_activity WHERE application_name = $1',
        [name],
      )
      expect(rowCount).toBeGreaterThan(0)
      await engine.close()
      await own.end()
    })

    it('whose connections are all ended goes on, and the process lives', async () => {
      const { pool, queueName } = await store.options()
      const name = `ended-${queueName}`
      const own = new Pool({ ...(pool as Pool).options, application_name: name })
      const engine = bullmqEngine({ pool: own, queueName })
      const calls: string[] = []
      const task = background((to: string) => void calls.push(to), { name: 'mail' })
      const worker = await startWorker({ engine, tasks: [task], onError() {} })
      const runner = createRunner({ engine })
      await runner.enqueue(task, 'before')
      await until(() => worker.stats.succeeded === 1)
      const ended = await (pool as Pool).query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name IN ($1, $2)`,
        [name, queueName],
      )
      expect(ended.rowCount).toBeGreaterThan(1)
      await until(() =>
        runner.enqueue(task, 'after').then(
          () => true,
          () => false,
        ),
      )
      await until(() => calls.includes('after'))
      await worker.close()
      await engine.close()
      await own.end()
    }, 60_000)
  },
  'PostgreSQL',
)
