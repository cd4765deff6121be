import { startWorker } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { expect, it } from 'vitest'
import { describeStores } from '../stores/index.js'
import { until } from '../until.js'

describeStores('the id of a job', (store) => {
  it('is refused by BullMQ when it has a colon or is a number, and a second one is swallowed', async () => {
    const engine = await store.open()
    const { queue } = engine
    await expect(queue.add('a', {}, { jobId: 'order:7' })).rejects.toThrow('cannot contain :')
    await expect(queue.add('a', {}, { jobId: '7' })).rejects.toThrow('cannot be integers')
    await queue.add('mail', { to: 'Ada' }, { jobId: 'one' })
    await queue.add('invoice', { to: 'Bob' }, { jobId: 'one' }) // another name, and no error
    expect(await queue.getJobs()).toMatchObject([{ name: 'mail', data: { to: 'Ada' } }])
    await engine.close()
  })

  it('is made of the name and the key: any key will do', async () => {
    const engine = await store.open()
    const runner = createRunner({ engine })
    const ids = []
    for (const name of ['mail', 'invoice']) {
      for (const key of ['order:7', '7', '0', 'order:7']) {
        const task = background(() => {}, { name, key })
        ids.push((await runner.enqueue(task)).id)
      }
    }
    expect(new Set(ids).size).toBe(6)
    for (const id of ids) expect(id).toMatch(/^bg-[0-9a-f]{64}$/)
    expect(await engine.queue.getWaitingCount()).toBe(6)
    await engine.close()
  })

  it('is remembered for keepDone, and then its key makes a new job', async () => {
    const engine = await store.open({ keepDone: { age: 3_600_000, count: 1 } })
    const runner = createRunner({ engine })
    const calls: string[] = []
    const task = background((key: string) => void calls.push(key), { name: 'mail' })
    const worker = await startWorker({ engine, tasks: [task] })
    const send = async (key: string, count: number) => {
      await runner.enqueue(task.with({ key }), key)
      await until(() => worker.stats.succeeded === count)
      await until(async () => (await engine.queue.getActiveCount()) === 0)
    }
    await send('a', 1)
    await send('a', 1) // remembered
    await send('b', 2) // in its place
    await send('a', 3)
    expect(calls).toEqual(['a', 'b', 'a'])
    await worker.close()
    await engine.close()
  })

  it('is free when its time is up, though nothing else happens on the queue', async () => {
    const keepDone = { age: 1_000, count: 1_000 }
    const engine = await store.open({ keepDone, keepDead: 1_000 })
    const runner = createRunner({ engine })
    const calls: string[] = []
    const task = background(
      (key: string) => {
        calls.push(key)
        if (key === 'dies') throw new Error('no')
      },
      { name: 'mail' },
    )
    const worker = await startWorker({ engine, tasks: [task], onError() {} })
    const send = (key: string) => runner.enqueue(task.with({ key }), key)
    for (const key of ['done', 'dies']) {
      const { id } = await send(key)
      const isOld = async () => {
        const { finishedOn } = (await engine.queue.getJob(id)) ?? {}
        return finishedOn !== undefined && Date.now() - finishedOn > 1_000
      }
      await until(isOld)
      await Promise.all([send(key), send(key), send(key)])
      await until(() => calls.filter((called) => called === key).length === 2)
    }
    expect(calls).toEqual(['done', 'done', 'dies', 'dies'])
    await worker.close()
    await engine.close()
  })
})
