import { AsyncLocalStorage } from 'node:async_hooks'
import os from 'node:os'
import { createRunner } from '@backgrounder/core'
import { threadPool } from '@backgrounder/threads'
import Piscina from 'piscina'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { isCollected } from '../../core/test/garbage.js'
import { comesTo, makeGate, open } from './gate.js'
import { makePool, warm, work, workIn } from './work.js'

describe('a pool of your own', () => {
  it('runs no more at once than it has threads, whoever adds it', async () => {
    const pool = makePool(2)
    const work = workIn(pool)
    const [one, two] = [createRunner(), createRunner()]
    const gates = [makeGate(), makeGate(), makeGate()]
    const runs = gates.map((gate, index) =>
      (index % 2 === 0 ? one : two).addTask(work.export('block'), gate),
    )
    await comesTo(gates[0] as Int32Array)
    await comesTo(gates[1] as Int32Array)
    await vi.waitFor(() => expect(runs[2]?.state).toBe('running'))
    expect(gates[2]?.[1]).toBe(0)
    expect(pool.threads).toHaveLength(2)
    open(gates[0] as Int32Array)
    await comesTo(gates[2] as Int32Array)
    for (const gate of gates) open(gate)
    await Promise.all(runs.map((run) => run.done))
  })

  it('may be a Piscina, also one that does other work', async () => {
    const pool = new Piscina({ maxThreads: 1, minThreads: 1, execArgv: [] })
    onTestFinished(() => pool.destroy())
    const other = new URL('./fixtures/other.cjs', import.meta.url).href
    const [first, second] = await Promise.all([
      pool.run(20, { filename: other }),
      workIn(pool).export('add').func(1, 2),
    ])
    expect([first, second]).toEqual([40, 3])
  })

  it('gives each function a thread of its own, also where a Piscina would give more', async () => {
    const options = { execArgv: [], concurrentTasksPerWorker: 3 }
    const pool = new Piscina({ minThreads: 0, maxThreads: 1, ...options })
    onTestFinished(() => pool.destroy())
    await warm(pool)
    const work = workIn(pool)
    const runner = createRunner({ onError() {} })
    const [stuck, next] = [makeGate(), makeGate()]
    const run = runner.addTask(work.export('forever', { timeout: 100 }), stuck)
    await comesTo(stuck)
    await runner.addTask(work.export('mark'), next).done
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    expect(next[1]).toBe(1)
  })

  it('has as many threads as you say, and one less than the cores by itself', () => {
    expect(threadPool({ maxThreads: 5 }).maxThreads).toBe(5)
    expect(threadPool().maxThreads).toBe(Math.max(1, os.availableParallelism() - 1))
    expect(threadPool().threads).toEqual([])
  })

  it('lets go of a thread that has nothing to do', async () => {
    const pool = threadPool({ maxThreads: 1, idleTimeout: 50 })
    expect(await workIn(pool).export('add').func(1, 2)).toBe(3)
    await vi.waitFor(() => expect(pool.threads).toEqual([]))
    expect(await workIn(pool).export('add').func(1, 2)).toBe(3)
  })

  it.each([
    [{ maxThreads: 0 }, 'Expected `maxThreads` to be a whole number from 1 and up, got `0`'],
    [{ idleTimeout: '1s' }, 'Expected `idleTimeout` to be a number of ms'],
    [{ resourceLimits: 64 }, 'Expected `resourceLimits` to be an object'],
    [
      { resourceLimits: { maxOldGenerationSizeMB: 64 } },
      'Unknown option `maxOldGenerationSizeMB` of resourceLimits',
    ],
    [
      { resourceLimits: { stackSizeMb: '4' } },
      "Expected `stackSizeMb` to be a number of MB above 0, got `'4'` (string)",
    ],
    [{ minThreads: 1 }, 'Unknown option `minThreads` of threadPool'],
  ])('refuses %j', (options, message) => {
    expect(() => threadPool(options as never)).toThrow(message)
  })
})

describe("the runner's own pool", () => {
  it('is shared by all definitions of a runner, and by no other runner', async () => {
    const [one, two] = [createRunner(), createRunner()]
    const gates = [makeGate(), makeGate(), makeGate()]
    const mark = async (runner: typeof one, index: number) => {
      await runner.addTask(
        work.export('mark', { name: `mark-${index}` }),
        gates[index] as Int32Array,
      ).done
      return gates[index]?.[0]
    }
    const threads = [await mark(one, 0), await mark(one, 1), await mark(two, 2)]
    expect(threads[1]).toBe(threads[0])
    expect(threads[2]).not.toBe(threads[0])
    await Promise.all([one.drain(), two.drain()])
  })

  it('keeps no request alive by its async context', async () => {
    const storage = new AsyncLocalStorage<object>()
    const runner = createRunner()
    const collected = await addIn(storage, runner)
    expect(await isCollected(collected)).toBe(true)
    await runner.drain()
  })

  it('keeps none alive by what runs after it', async () => {
    const storage = new AsyncLocalStorage<object>()
    const work = workIn(makePool(1))
    const runner = createRunner()
    const [first, second] = [makeGate(), makeGate()]
    const collected = addBlockIn(storage, () => runner.addTask(work.export('block'), first))
    await comesTo(first)
    const kept = runner.addTask(work.export('block'), second)
    open(first)
    await comesTo(second)
    expect(await isCollected(collected)).toBe(true)
    open(second)
    await kept.done
  })
})

function addBlockIn(storage: AsyncLocalStorage<object>, add: () => unknown) {
  const store = { big: new Array(1_000) }
  storage.run(store, add)
  return new WeakRef(store)
}

async function addIn(storage: AsyncLocalStorage<object>, runner: ReturnType<typeof createRunner>) {
  const store = { big: new Array(1_000) }
  const { done } = storage.run(store, () => runner.addTask(work.export('add'), 1, 2))
  await done
  return new WeakRef(store)
}
