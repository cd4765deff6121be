import { startWorker } from '@backgrounder/bullmq'
import { background, createRunner, type DeadJob } from '@backgrounder/core'
import { expect, it } from 'vitest'
import { describeStores } from '../stores/index.js'
import { until } from '../until.js'

describeStores('what has ended', (store) => {
  it('is kept for ever by BullMQ; here a job that is done is removed by age and count', async () => {
    const engine = await store.open({ keepDone: { age: 3_600_000, count: 2 } })
    const theirs = await engine.queue.add('a', {})
    expect([theirs.opts.removeOnComplete, theirs.opts.removeOnFail]).toEqual([undefined, undefined])
    await theirs.remove()
    const task = background(() => {}, { name: 'mail' })
    const runner = createRunner({ engine })
    for (let count = 0; count < 5; count += 1) await runner.enqueue(task)
    const worker = await startWorker({ engine, tasks: [task], concurrency: 1 })
    await until(() => worker.stats.succeeded === 5)
    await worker.close()
    expect(await engine.queue.getCompletedCount()).toBe(2)
    await engine.close()
  })

  it('is kept for ages that are no whole seconds: the end of a job is stored, and it runs once', async () => {
    const engine = await store.open({ keepDone: { age: 10_500, count: 100 }, keepDead: 10_500 })
    const calls: string[] = []
    const done = background(() => void calls.push('done'), { name: 'done' })
    const dead = background(() => Promise.reject(calls.push('dead')), { name: 'dead' })
    const runner = createRunner({ engine })
    for (const task of [dead, done]) await runner.enqueue(task)
    const errors: unknown[] = []
    const onError = (error: unknown, run: unknown) => run ?? errors.push(error)
    const worker = await startWorker({ engine, tasks: [done, dead], concurrency: 1, onError })
    const counts = async () => {
      const { completed, failed } = await engine.queue.getJobCounts('completed', 'failed')
      return [completed, failed]
    }
    await until(async () => errors.length > 0 || `${await counts()}` === '1,1')
    expect([errors, calls.sort()]).toEqual([[], ['dead', 'done']])
    await worker.close()
    await engine.close()
  })

  it('a dead letter is kept for 14 days, and onDead is told once', async () => {
    const dead: DeadJob[] = []
    const engine = await store.open({ onDead: (job) => dead.push(job) })
    const retries = { attempts: 2, delay: 1 }
    const task = background((_order: number) => Promise.reject(new Error('no')), {
      name: 'charge',
      retries,
    })
    const { id } = await createRunner({ engine }).enqueue(task, 7)
    const worker = await startWorker({ engine, tasks: [task], onError() {} })
    await until(() => dead.length > 0)
    expect(dead).toMatchObject([{ id, name: 'charge', args: [7], attempts: 2, error: 'no' }])
    expect(await engine.dead.list()).toEqual(dead)
    const [job] = await engine.queue.getFailed()
    expect(job?.opts.removeOnFail).toEqual({ age: 14 * 24 * 60 * 60 })
    expect(job?.stacktrace?.join()).toContain('11-kept.test.ts')
    await worker.close()
    await engine.close()
  })

  it('an onDead that throws goes to onError', async () => {
    const thrown = new Error('of onDead')
    const errors: unknown[] = []
    const engine = await store.open({ onDead: () => Promise.reject(thrown) })
    const task = background(() => Promise.reject(new Error('no')), { name: 'charge' })
    await createRunner({ engine }).enqueue(task)
    const onError = (error: unknown) => errors.push(error)
    const worker = await startWorker({ engine, tasks: [task], onError })
    await until(() => errors.some((error) => (error as Error).cause === thrown))
    expect(worker.stats.failed).toBe(1)
    await worker.close()
    await engine.close()
  })
})
