import { startWorker } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { expect, it } from 'vitest'
import { describeStores } from '../stores/index.js'
import { until } from '../until.js'

// BullMQ gives a worker every job of its queue: one that does not look at the name completes what it
// does not know, and one that throws fails it. That another worker gets it is in the contract.
describeStores('a job that no worker knows', (store) => {
  it('is a dead letter when its time is up, and waits as long again when it is retried', async () => {
    const engine = await store.open({ unknownTimeout: 300 })
    const later = background((_to: string) => {}, { name: 'of-the-next-deploy', retries: 5 })
    const known = background(() => {}, { name: 'known' })
    const { id } = await createRunner({ engine }).enqueue(later, 'a')
    const worker = await startWorker({ engine, tasks: [known], onError() {} })
    await until(async () => (await engine.dead.list()).length === 1)
    const error = 'No worker knew its name for 300 ms (unknownTimeout)'
    expect(await engine.dead.list()).toMatchObject([{ id, args: ['a'], error }])
    expect(worker.stats.succeeded).toBe(0)
    await engine.dead.retry(id)
    await until(async () => (await engine.queue.getDelayedCount()) === 1)
    expect(await engine.dead.list()).toEqual([])
    await worker.close()
    await engine.close()
  })

  it('and one of the next deploy knew meanwhile has all its time again', async () => {
    const engine = await store.open({ unknownTimeout: 1_000 })
    const retries = { attempts: 2, delay: 1_500, jitter: false }
    const task = background(() => Promise.reject(new Error('no')), { name: 'new', retries })
    const known = background(() => {}, { name: 'known' })
    const { id } = await createRunner({ engine }).enqueue(task)
    const unknownSince = async () => (await engine.queue.getJob(id))?.data.unknownSince
    const before = await startWorker({ engine, tasks: [known] })
    await until(async () => (await unknownSince()) !== undefined)
    await before.close()
    const deployed = await startWorker({ engine, tasks: [task], onError() {} })
    await until(async () => (await engine.queue.getJob(id))?.attemptsMade === 1)
    await deployed.close()
    const first = Date.now()
    const rolledBack = await startWorker({ engine, tasks: [known] })
    await until(async () => (await unknownSince()) !== undefined)
    expect(await unknownSince()).toBeGreaterThanOrEqual(first)
    expect(await engine.dead.list()).toEqual([])
    await rolledBack.close()
    await engine.close()
  })

  it('nor its version: it is kept as it is', async () => {
    const engine = await store.open({ unknownTimeout: 200 })
    const data = { v: 2, body: 'of the next version' }
    await engine.queue.add('known', data)
    const known = background(() => {}, { name: 'known' })
    const worker = await startWorker({ engine, tasks: [known], onError() {} })
    await until(async () => (await engine.queue.getFailedCount()) === 1)
    expect(await engine.queue.getFailed()).toMatchObject([{ data }])
    expect(await engine.dead.list()).toMatchObject([
      { name: 'known', args: [], error: expect.stringContaining('version of its data') },
    ])
    expect(worker.stats.succeeded).toBe(0)
    await worker.close()
    await engine.close()
  })
})
