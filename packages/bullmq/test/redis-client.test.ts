import { bullmqEngine, startWorker } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { Cluster, Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { describeStores } from './stores/index.js'
import { until } from './until.js'

describeStores(
  'a client of ioredis',
  (store) => {
    it("gives its options, and stays the caller's", async () => {
      const { redis, queueName } = await store.options()
      const client = new Redis(redis as string, { lazyConnect: true, maxRetriesPerRequest: 20 })
      const engine = bullmqEngine({ redis: client, queueName })
      const task = background(() => {}, { name: 'mail' })
      const worker = await startWorker({ engine, tasks: [task] })
      await createRunner({ engine }).enqueue(task)
      await until(() => worker.stats.succeeded === 1)
      await worker.close()
      await engine.close()
      expect(await client.ping()).toBe('PONG')
      client.disconnect()
    })

    it('is refused when it is a Cluster', () => {
      const cluster = new Cluster([{ port: 1 }], { lazyConnect: true })
      expect(() => bullmqEngine({ redis: cluster })).toThrow('which is no Cluster')
    })

    it.each([{ keyPrefix: 'app:' }, new Redis({ keyPrefix: 'app:', lazyConnect: true })])(
      'is refused with a keyPrefix: BullMQ would refuse each job',
      (redis) => {
        expect(() => bullmqEngine({ redis })).toThrow('has no keyPrefix (queueName')
      },
    )

    it('with a commandTimeout does not end the wait of a worker', async () => {
      const { redis, queueName } = await store.options()
      const { hostname: host, port } = new URL(redis as string)
      const engine = bullmqEngine({
        redis: { host, port: Number(port), commandTimeout: 50 },
        queueName,
      })
      const errors: unknown[] = []
      const onError = (error: unknown) => errors.push(error)
      const task = background(() => {}, { name: 'mail' })
      const worker = await startWorker({ engine, tasks: [task], onError })
      await new Promise((resolve) => setTimeout(resolve, 300)) // it waits: nothing is to be seen of it
      await createRunner({ engine }).enqueue(task)
      await until(() => worker.stats.succeeded === 1)
      expect(errors).toEqual([])
      await worker.close()
      await engine.close()
    })

    it('`queue` waits for the store, as any of BullMQ', async () => {
      const engine = bullmqEngine(await store.options())
      expect(await engine.queue.getWaitingCount()).toBe(0)
      await engine.close()
    })
  },
  'Redis',
)
