import { background, createRunner } from '@backgrounder/core'
import { expect, it } from 'vitest'
import { describeStores } from '../stores/index.js'

class User {
  readonly name = 'Ada'
}

// All that core refuses stands in packages/core/test/json-safe.test.ts.
describeStores('what JSON does not have', (store) => {
  it('is altered by BullMQ without a word', async () => {
    const engine = await store.open()
    const data = { at: new Date(0), none: undefined, not: Number.NaN, map: new Map([[1, 2]]) }
    await engine.queue.add('a', { ...data, user: new User() })
    const [job] = await engine.queue.getWaiting()
    const user = { name: 'Ada' } // no User
    expect(job?.data).toEqual({ at: '1970-01-01T00:00:00.000Z', not: null, map: {}, user })
    await engine.close()
  })

  it('is refused by enqueue, and nothing is stored', async () => {
    const engine = await store.open()
    const runner = createRunner({ engine })
    const task = background((_arg: unknown) => {}, { name: 'a' })
    for (const wrong of [new Date(0), undefined, Number.NaN, new Map(), new User()]) {
      await expect(runner.enqueue(task, { wrong })).rejects.toThrow(/^args\[0\]\.wrong is /)
    }
    expect(await engine.queue.getJobCounts()).toMatchObject({ waiting: 0, delayed: 0 })
    await engine.close()
  })

  it('neither is what only one of the stores takes: a NUL is refused for all', async () => {
    const engine = await store.open()
    if (store.name === 'Redis') await engine.queue.add('a', { text: 'a\0b' })
    else
      await expect(engine.queue.add('a', { text: 'a\0b' })).rejects.toThrow('unsupported Unicode')
    const task = background((_arg: unknown) => {}, { name: 'a' })
    await expect(createRunner({ engine }).enqueue(task, 'a\0b')).rejects.toThrow('NUL character')
    await engine.close()
  })
})
