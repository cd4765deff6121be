import { fileURLToPath } from 'node:url'
import { createRunner } from '@backgrounder/core'
import Piscina from 'piscina'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { comesTo, makeGate, open } from './gate.js'
import { makePool, makeWarmPool, warm, workIn } from './work.js'

const other = fileURLToPath(new URL('./fixtures/other.cjs', import.meta.url))

describe('a thread that is known and idle', () => {
  it('begins with what it is given without a word', async () => {
    const pool = makePool(2)
    const work = workIn(pool)
    await expect(work.export('exit').func(3)).rejects.toMatchObject({ code: 'BG_THREAD_DIED' })
    await warm(pool)
    let messages = 0
    pool.on('message', () => {
      messages += 1
    })
    for (let i = 0; i < 10; i += 1) {
      await Promise.all([work.export('add').func(1, i), work.export('add').func(2, i)])
    }
    expect(messages).toBe(0)
  })

  it('says so when a Piscina that others use too has let the task wait', async () => {
    const pool = new Piscina({ minThreads: 0, maxThreads: 1, execArgv: [] })
    onTestFinished(() => pool.destroy())
    const work = workIn(pool)
    expect(await work.export('add').func(1, 2)).toBe(3)
    const [first, second] = [makeGate(), makeGate()]
    const others = pool.run(first, { filename: other, name: 'waitForOpen' })
    await comesTo(first)
    const runner = createRunner({ onError() {} })
    const run = runner.addTask(work.export('block', { timeout: 100 }), second)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(run.state).toBe('running')
    open(first)
    await others
    await comesTo(second)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
  })

  it('says so when the balancer of a Piscina has let the task wait', async () => {
    let holds = false
    const pool = new Piscina({
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 60_000,
      execArgv: [],
      loadBalancer: (_, workers) =>
        workers.find(({ currentUsage }) => currentUsage === 0 && !holds) ?? null,
    })
    onTestFinished(() => pool.destroy())
    const work = workIn(pool)
    expect(await work.export('add').func(1, 2)).toBe(3)
    holds = true
    const runner = createRunner({ onError() {} })
    const gate = makeGate()
    const run = runner.addTask(work.export('block', { timeout: 100 }), gate)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(run.state).toBe('running')
    holds = false
    await pool.run(20, { filename: other })
    await comesTo(gate)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
  })

  it('says so in a pool with threads that were there before', async () => {
    const pool = new Piscina({ minThreads: 0, maxThreads: 2, execArgv: [] })
    onTestFinished(() => pool.destroy())
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

  it('is told to stop in whatever order the task and the word come to it', async () => {
    const pool = await makeWarmPool(1)
    const patient = workIn(pool).export('patient')
    const [thread] = pool.threads
    const runner = createRunner({
      onError() {},
      around(run, next) {
        const result = next()
        run.cancel()
        return result
      },
    })
    for (let i = 0; i < 50; i += 1) {
      const run = runner.addTask(patient, makeGate())
      await expect(run.done).rejects.toMatchObject({ code: 'BG_CANCELLED' })
      await runner.settled()
      // It has heard of it: otherwise its thread would have been ended.
      expect(pool.threads).toEqual([thread])
    }
  })

  it('is ended at the timeout where what an earlier task has left behind holds it', async () => {
    const pool = await makeWarmPool(1)
    const work = workIn(pool)
    const runner = createRunner({ onError() {} })
    const [first, second, third] = [makeGate(), makeGate(), makeGate()]
    await runner.addTask(work.export('blockLater'), first).done
    await comesTo(first)
    const run = runner.addTask(work.export('mark', { timeout: 200 }), second)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    await runner.addTask(work.export('mark'), third).done
    expect([second[1], third[1]]).toEqual([0, 1])
    expect(third[0]).not.toBe(first[0])
  })
})
