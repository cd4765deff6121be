import { bullmqEngine, startWorker } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { expect, it, onTestFinished } from 'vitest'
import { describeOwnServers } from './stores/own-servers.js'
import { stateAfter, until } from './until.js'

/** Long for what takes some seconds at most, in ms. */
const LONG_MS = 20_000

const quiet = { onError() {}, logger: { error() {} } }

// A worker and its engine are closed while their store does not answer.
describeOwnServers('to close without a store', ({ start, options }) => {
  for (const store of ['killed', 'frozen'] as const) {
    for (const job of ['idle', 'that ends', 'that hangs'] as const) {
      it(`${store}, with a job ${job}, ends`, async () => {
        const server = await start()
        onTestFinished(server.kill)
        const engine = bullmqEngine(options(server.url))
        await engine.ready()
        let isRunning = false
        let end = () => {}
        const ended = new Promise<void>((resolve) => {
          end = resolve
        })
        const task = background(
          () => {
            isRunning = true
            return ended
          },
          { name: 'a' },
        )
        const worker = await startWorker({ engine, tasks: [task], ...quiet })
        await createRunner({ engine }).enqueue(task)
        await until(() => isRunning)
        if (job === 'idle') {
          end()
          await until(async () => (await engine.queue.getActiveCount()) === 0)
        }
        if (store === 'killed') await server.kill()
        else server.signal('SIGSTOP')
        if (job === 'that ends') end()
        const closed = stateAfter(LONG_MS, worker.close({ timeout: 500 }))
        expect(await closed).toBe('resolved')
        expect(await stateAfter(LONG_MS, engine.close())).toBe('resolved')
      }, 60_000)
    }
  }

  it('that never was there, ends', async () => {
    const server = await start()
    await server.kill()
    const engine = bullmqEngine({ ...options(server.url), acceptTimeout: 300 })
    const task = background(() => {}, { name: 'a' })
    await expect(createRunner({ engine }).enqueue(task)).rejects.toThrow('was not enqueued')
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    const worker = await startWorker({ engine, tasks: [task], onError })
    await until(() => errors.length > 0)
    expect(await stateAfter(LONG_MS, worker.close({ timeout: 500 }))).toBe('resolved')
    expect(await stateAfter(LONG_MS, engine.close())).toBe('resolved')
  }, 60_000)
})
