import { createRunner, type Engine, type TaskRun } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { describe, expect, it } from 'vitest'
import { work } from './work.js'

describe('a threaded definition and an engine', () => {
  it('is enqueued under the name of its export, and runs in a thread of the worker', async () => {
    const engine: Engine = inMemoryEngine()
    const runner = createRunner({ engine })
    const seen: [string, number][] = []
    const around = async (run: TaskRun, next: () => unknown) => {
      await next()
      seen.push([run.name, run.attempt])
    }
    const worker = await startWorker({ engine, tasks: [work.export('add')], around })
    const { id } = await runner.enqueue(work.export('add'), 1, 2)
    await expect.poll(() => seen).toEqual([['add', 1]])
    expect(id).toMatch(/./)
    await expect.poll(() => worker.stats.succeeded).toBe(1)
    await worker.close()
  })

  it('is told the same errors as any', async () => {
    const runner = createRunner({ engine: inMemoryEngine() })
    await expect(runner.enqueue(work.export('echo'), new Date())).rejects.toThrow(
      'args[0] is a Date',
    )
  })

  it('is retried by the engine when its thread has died', async () => {
    const engine = inMemoryEngine()
    const runner = createRunner({ engine })
    const failures: unknown[] = []
    const exit = work.export('exit', { retries: { attempts: 2, delay: 0 } })
    const worker = await startWorker({ engine, tasks: [exit], onError: (e) => failures.push(e) })
    await runner.enqueue(exit, 3)
    await expect.poll(() => failures).toMatchObject([{ code: 'BG_THREAD_DIED' }])
    await worker.close()
  })
})
