import { startWorker } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { expect, it } from 'vitest'
import { describeStores } from './stores/index.js'
import { until } from './until.js'

describeStores('what has failed', (store) => {
  it('with a text that PostgreSQL does not take has failed all the same', async () => {
    const engine = await store.open()
    let calls = 0
    const task = background(
      () => {
        calls += 1
        throw new Error('a\0b \ud83d')
      },
      { name: 'charge', retries: { attempts: 2, delay: 1 } },
    )
    await createRunner({ engine }).enqueue(task)
    const worker = await startWorker({ engine, tasks: [task], onError() {} })
    await until(async () => (await engine.dead.list()).length === 1)
    expect(await engine.dead.list()).toMatchObject([{ attempts: 2, error: 'a\\0b \ufffd' }])
    expect(calls).toBe(2)
    await worker.close()
    await engine.close()
  })

  it('is told to onDead before the worker is closed; what that throws, to onError', async () => {
    const told: unknown[] = []
    const errors: unknown[] = []
    const thrown = new Error('no mail')
    const engine = await store.open({
      async onDead({ name }) {
        await new Promise((resolve) => setTimeout(resolve, 50))
        told.push(name)
        throw thrown
      },
    })
    const task = background(() => Promise.reject(new Error('no')), { name: 'charge' })
    await createRunner({ engine }).enqueue(task)
    const onError = (error: unknown) => errors.push(error)
    const worker = await startWorker({ engine, tasks: [task], onError })
    await until(() => worker.stats.failed === 1)
    await until(async () => (await engine.queue.getActiveCount()) === 0)
    await worker.close()
    expect(told).toEqual(['charge'])
    expect(errors.at(-1)).toMatchObject({ message: 'onDead has failed', cause: thrown })
    await engine.close()
  })

  it('of what somebody else has added is kept as it is', async () => {
    const engine = await store.open({ unknownTimeout: 200 })
    const errors: Error[] = []
    const onError = (error: unknown) => errors.push(error as Error)
    for (const data of ['abc', [1, 2]]) await engine.queue.add('theirs', data)
    const worker = await startWorker({ engine, tasks: [], onError })
    await until(async () => (await engine.queue.getFailedCount()) === 2)
    const [dead] = await engine.dead.list()
    await engine.dead.retry(dead?.id as string)
    await until(async () => (await engine.queue.getFailedCount()) === 2)
    const kept = (await engine.queue.getFailed()).map(({ data }) => JSON.stringify(data))
    expect(kept.sort()).toEqual(['"abc"', '[1,2]'])
    await until(() => errors.length > 0)
    expect(errors[0]?.message).toMatch(/^Job \d+ of the name theirs is dead: No worker knew/)
    await worker.close()
    await engine.close()
  })
})

describeStores('an engine that is closed', (store) => {
  it('takes nothing, and says why', async () => {
    const engine = await store.open()
    const task = background(() => {}, { name: 'mail' })
    await engine.close()
    const message = 'The engine is closed'
    await expect(createRunner({ engine }).enqueue(task)).rejects.toMatchObject({
      code: 'BG_ENQUEUE',
      cause: { message },
    })
    await expect(startWorker({ engine, tasks: [task] })).rejects.toThrow(message)
    await expect(engine.ready()).rejects.toThrow(message)
    await expect(engine.dead.list()).rejects.toThrow()
    await engine.close()
  })
})
