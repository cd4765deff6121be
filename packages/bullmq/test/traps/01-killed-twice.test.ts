import { startWorker } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { Worker } from 'bullmq'
import { expect, it } from 'vitest'
import { describeStores } from '../stores/index.js'
import { until } from '../until.js'

const hang = () => new Promise<void>(() => {})

// A worker that is closed by force does not renew its leases: to the store that is one that was killed.
describeStores('a job whose worker is killed twice', (store) => {
  if (store.name === 'Redis') {
    it('is failed by BullMQ, whatever its attempts', async () => {
      const engine = await store.open()
      const { queue } = engine
      await queue.add('a', {}, { attempts: 5 })
      const options = { ...queue.opts, connection: await ownConnection(store) }
      const leases = { lockDuration: 200, stalledInterval: 100 }
      for (let death = 0; death < 2; death += 1) {
        const worker = new Worker(queue.name, hang, { ...options, ...leases })
        await until(async () => (await queue.getActiveCount()) === 1 && worker.isRunning())
        const isTaken = new Promise((resolve) => worker.once('active', resolve))
        if (death > 0) await isTaken
        await worker.close(true)
      }
      const last = new Worker(queue.name, async () => {}, { ...options, ...leases })
      await until(async () => (await queue.getFailedCount()) === 1)
      const [job] = await queue.getFailed()
      expect([job?.failedReason, job?.attemptsMade]).toEqual([
        'job stalled more than allowable limit',
        1,
      ])
      await last.close()
      await engine.close()
    }, 60_000)
  }

  it('runs in a third one, though it has no retries', async () => {
    const engine = await store.open()
    let calls = 0
    const task = background(() => (++calls < 3 ? hang() : undefined), { name: 'twice-killed' })
    await createRunner({ engine }).enqueue(task)
    for (const life of [1, 2]) {
      const worker = await startWorker({ engine, tasks: [task], logger: { error() {} } })
      await until(() => calls === life)
      await worker.close({ timeout: 1 })
    }
    const last = await startWorker({ engine, tasks: [task] })
    await until(() => last.stats.succeeded === 1)
    expect([calls, await engine.dead.list()]).toEqual([3, []])
    await last.close()
    await engine.close()
  }, 120_000)
})

async function ownConnection(store: Parameters<Parameters<typeof describeStores>[1]>[0]) {
  const { redis } = await store.options()
  return { url: redis as string }
}
