import { background, createRunner } from '@backgrounder/core'
import { expect, it } from 'vitest'
import { describeStores } from './stores/index.js'

const mail = background((_to: string) => {}, { name: 'mail' })

describeStores('engine.stats', (store) => {
  it('counts as waiting what is paused, or has a priority, by the queue of BullMQ', async () => {
    const engine = await store.open()
    await createRunner({ engine }).enqueue(mail, 'a')
    await engine.queue.add('mail', { v: 1, args: ['b'] }, { priority: 1 })
    await engine.queue.pause()
    await createRunner({ engine }).enqueue(mail, 'c')
    expect(await engine.stats()).toEqual({ waiting: 3, delayed: 0, running: 0, dead: 0 })
    await engine.close()
  })

  it('rejects when the engine is closed', async () => {
    const engine = await store.open()
    await engine.close()
    await expect(engine.stats()).rejects.toThrow('closed')
  })
})
