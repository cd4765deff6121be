import { startWorker } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { describeStores } from '../stores/index.js'
import { until } from '../until.js'

const hang = () => new Promise<void>(() => {})

// That a job comes back is in 01: here is how long nobody else may have it.
describeStores(
  'the lease of a job',
  (store) => {
    it('is 30 s in BullMQ, and 10 s here', async () => {
      const engine = await store.open()
      const { redis } = await store.options()
      const client = new Redis(redis as string)
      const lease = async (id: string) => {
        const key = `bull:${engine.queue.name}:${id}:lock`
        await until(async () => (await client.exists(key)) === 1)
        return client.pttl(key)
      }
      const { id } = await engine.queue.add('a', {})
      const connection = { url: redis as string, maxRetriesPerRequest: null }
      const theirs = new Worker(engine.queue.name, hang, { connection })
      expect(await lease(id as string)).toBeGreaterThan(10_000)
      await theirs.close(true)
      const task = background(hang, { name: 'hang' })
      const job = await createRunner({ engine }).enqueue(task)
      const ours = await startWorker({ engine, tasks: [task], logger: { error() {} } })
      expect(await lease(job.id)).toBeLessThanOrEqual(10_000)
      await ours.close({ timeout: 1 })
      await engine.close()
      client.disconnect()
    })
  },
  'Redis',
)
