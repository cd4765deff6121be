import { startWorker } from '@backgrounder/bullmq'
import { background, createRunner, currentTask } from '@backgrounder/core'
import { Worker } from 'bullmq'
import { expect, it } from 'vitest'
import { describeStores } from '../stores/index.js'
import { stateAfter, until } from '../until.js'

describeStores(
  'to close a worker',
  (store) => {
    it('of BullMQ waits for what runs, and does not tell it', async () => {
      const engine = await store.open()
      const { redis } = await store.options()
      await engine.queue.add('a', {})
      let signal: AbortSignal | undefined
      const worker = new Worker(
        engine.queue.name,
        (_job, _token, given) => {
          signal = given as AbortSignal
          return new Promise(() => {})
        },
        { connection: { url: redis as string, maxRetriesPerRequest: null } },
      )
      await until(() => signal !== undefined)
      expect(await stateAfter(2_000, worker.close())).toBe('pending')
      expect(signal?.aborted).toBe(false)
      await engine.close()
    })

    it('aborts what runs before its timeout, and ends at it', async () => {
      const engine = await store.open()
      let signal: AbortSignal | undefined
      const task = background(
        () => {
          signal = currentTask()?.signal
          return new Promise<void>(() => {})
        },
        { name: 'hang' },
      )
      await createRunner({ engine }).enqueue(task)
      const worker = await startWorker({ engine, tasks: [task], logger: { error() {} } })
      await until(() => signal !== undefined)
      expect(await worker.close({ timeout: 50 })).toMatchObject({ ok: false, handedOff: 0 })
      expect(signal?.aborted).toBe(true)
      expect(await engine.queue.getActiveCount()).toBe(1) // until its lease ends
      await engine.close()
    })
  },
  'Redis',
)
