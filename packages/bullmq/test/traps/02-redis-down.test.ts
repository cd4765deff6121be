import { bullmqEngine } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { freePort } from '../stores/server.js'
import { stateAfter } from '../until.js'

describe('with Redis down', () => {
  it('queue.add of BullMQ does not answer, also with maxRetriesPerRequest: 1', async () => {
    const client = new Redis({ port: await freePort(), maxRetriesPerRequest: 1 })
    client.on('error', () => {})
    const queue = new Queue('a', { connection: client as never })
    queue.on('error', () => {})
    expect(await stateAfter(3_000, queue.add('a', {}))).toBe('pending')
    client.disconnect()
  })

  it('enqueue rejects with the cause, long before its acceptTimeout', async () => {
    const engine = bullmqEngine({
      redis: `redis://127.0.0.1:${await freePort()}`,
      acceptTimeout: 3_600_000,
    })
    const task = background(() => {}, { name: 'a' })
    const runner = createRunner({ engine })
    for (const _ of [1, 2, 3]) {
      await expect(runner.enqueue(task)).rejects.toMatchObject({
        code: 'BG_ENQUEUE',
        status: 503,
        cause: { message: 'Redis is not connected', cause: { code: 'ECONNREFUSED' } },
      })
    }
    await engine.close()
  })
})
