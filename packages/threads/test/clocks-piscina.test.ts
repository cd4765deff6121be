import { fileURLToPath } from 'node:url'
import { createRunner } from '@backgrounder/core'
import Piscina from 'piscina'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { comesTo, makeGate, open, pass } from './gate.js'
import { warm, workIn } from './work.js'

const other = fileURLToPath(new URL('./fixtures/other.cjs', import.meta.url))

function makePiscina(options: ConstructorParameters<typeof Piscina>[0] = {}): Piscina {
  const pool = new Piscina({ minThreads: 0, maxThreads: 1, execArgv: [], ...options })
  onTestFinished(() => pool.destroy())
  return pool
}

describe('in a Piscina of your own, the time of a function', () => {
  it('does not count while a Piscina that others use too lets it wait', async () => {
    const pool = makePiscina()
    const work = workIn(pool)
    expect(await work.export('add').func(1, 2)).toBe(3)
    const [first, second] = [makeGate(), makeGate()]
    const others = pool.run(first, { filename: other, name: 'waitForOpen' })
    await comesTo(first)
    const runner = createRunner({ onError() {} })
    const run = runner.addTask(work.export('block', { timeout: 100 }), second)
    await pass(200)
    expect(run.state).toBe('running')
    open(first)
    await others
    await comesTo(second)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
  })

  it('does not count while the balancer of a Piscina lets it wait', async () => {
    let holds = false
    const pool = makePiscina({
      idleTimeout: 60_000,
      loadBalancer: (_, workers) =>
        workers.find(({ currentUsage }) => currentUsage === 0 && !holds) ?? null,
    })
    const work = workIn(pool)
    expect(await work.export('add').func(1, 2)).toBe(3)
    holds = true
    const runner = createRunner({ onError() {} })
    const gate = makeGate()
    const run = runner.addTask(work.export('block', { timeout: 100 }), gate)
    await pass(200)
    expect(run.state).toBe('running')
    holds = false
    await pool.run(20, { filename: other })
    await comesTo(gate)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
  })

  it('counts, and it is told to stop, where a balancer gives it a thread beside another', async () => {
    let thread: number | undefined
    const pool = makePiscina({
      maxThreads: 2,
      concurrentTasksPerWorker: 2,
      loadBalancer: (_, workers) =>
        workers.find(({ id, currentUsage }) => (thread ? id === thread : currentUsage === 0)) ??
        null,
    })
    await warm(pool)
    const work = workIn(pool)
    const runner = createRunner({ onError() {} })
    const [first, second] = [makeGate(), makeGate()]
    const beside = runner.addTask(work.export('patient'), first)
    thread = await comesTo(first, 0)
    const run = runner.addTask(work.export('patient', { timeout: 100 }), second)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    await vi.waitFor(() => expect(second[1]).toBe(1))
    expect([second[0], beside.state]).toEqual([first[0], 'running'])
    beside.cancel()
    await runner.settled()
  })

  it.each([1.3, 1.5, Infinity])('counts in a Piscina of %d threads', async (maxThreads) => {
    const pool = makePiscina({ maxThreads, idleTimeout: 60_000 })
    const work = workIn(pool)
    const runner = createRunner({ onError() {} })
    // From the second time on by the board.
    for (let i = 0; i < 2; i += 1) {
      const gates = [makeGate(), makeGate()]
      const runs = gates.map((gate) =>
        runner.addTask(work.export('patient', { timeout: 300 }), gate),
      )
      for (const gate of gates) await comesTo(gate, 0)
      for (const run of runs) await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
      await runner.settled()
      expect(gates.map(([, told]) => told)).toEqual([1, 1])
    }
  })

  it('counts in threads that were there before', async () => {
    const pool = makePiscina({ maxThreads: 2 })
    expect(await pool.run(20, { filename: other })).toBe(40)
    await warm(pool)
    const work = workIn(pool)
    const runner = createRunner({ onError() {} })
    for (let i = 0; i < 3; i += 1) {
      const gate = makeGate()
      const run = runner.addTask(work.export('patient', { timeout: 200 }), gate)
      await comesTo(gate, 0)
      await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
      await vi.waitFor(() => expect(gate[1]).toBe(1))
    }
  })
})
