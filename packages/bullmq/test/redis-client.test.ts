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
      expect(() => bullmqEngine({ redis: cluster })).toThrow('a client that is no Cluster')
    })
  },
  'Redis',
)
