import { createRunner, type Engine, type TaskRun } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { describe, expect, it } from 'vitest'
import { comesTo, makeGate, open } from './gate.js'
import { makePool, work, workIn } from './work.js'

/** A durable task that waits for the only thread, which another one keeps until the gate opens. */
async function waitForThread(engine: Engine) {
  const work = workIn(makePool(1))
  const runner = createRunner({ engine, logger: { error() {} } })
  const gate = makeGate()
  const kept = runner.addTask(work.export('block'), gate)
  await comesTo(gate)
  const run = runner.addTask(work.export('add', { durable: true }), 1, 2)
  await expect.poll(() => run.state).toBe('running')
  return { runner, gate, kept, run }
}

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

  it('is handed to it by a drain as long as it waits for a thread', async () => {
    const engine = inMemoryEngine()
    const { runner, gate, kept, run } = await waitForThread(engine)
    const drained = runner.drain({ timeout: 2_000 })
    await expect.poll(() => run.state).toBe('handedOff')
    expect(runner.stats).toMatchObject({ running: 1, pending: 1 })
    open(gate)
    expect(await drained).toMatchObject({ ok: true, succeeded: 1, handedOff: 1 })
    expect(kept.state).toBe('succeeded')
    const worker = await startWorker({ engine, tasks: [work.export('add')] })
    await expect.poll(() => worker.stats.succeeded).toBe(1)
    await worker.close()
  })

  it('is abandoned if the engine does not take it, and its slot is free', async () => {
    const down = () => Promise.reject(new Error('down'))
    const { runner, kept, run } = await waitForThread(
      Object.assign(inMemoryEngine(), { add: down }),
    )
    const { abandoned } = await runner.drain({ timeout: 300 })
    expect(abandoned).toEqual([kept, run])
    expect(run.error).toMatchObject({ code: 'BG_ABANDONED', cause: { code: 'BG_ENQUEUE' } })
    await expect.poll(() => runner.stats.running).toBe(0)
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
