import { createRunner, type TaskRun } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { comesTo, makeGate, open } from './gate.js'
import { makeWarmPool, workIn } from './work.js'

describe('a function that never yields', () => {
  it('is ended at its timeout, and a neighbour in the same pool loses nothing', async () => {
    const pool = await makeWarmPool(2)
    const work = workIn(pool)
    const errors: [unknown, TaskRun][] = []
    const runner = createRunner({ onError: (...call) => errors.push(call) })
    const [stuck, neighbour] = [makeGate(), makeGate()]
    const kept = runner.addTask(work.export('block'), neighbour)
    const keptThread = await comesTo(neighbour)
    const run = runner.addTask(work.export('forever', { timeout: 200 }), stuck)
    const lostThread = await comesTo(stuck)
    expect(pool.threads.map((thread) => thread.threadId).sort()).toEqual(
      [keptThread, lostThread].sort(),
    )

    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    expect(errors).toMatchObject([[{ code: 'BG_TIMEOUT' }, { name: 'forever' }]])
    expect(run.state).toBe('timedOut')

    // The pool is whole again: beside the neighbour, which runs on, there is a new thread.
    const next = makeGate()
    await runner.addTask(work.export('mark'), next).done
    const newThread = await comesTo(next)
    expect([keptThread, lostThread]).not.toContain(newThread)
    expect(pool.threads.map((thread) => thread.threadId).sort()).toEqual(
      [keptThread, newThread].sort(),
    )
    open(neighbour)
    await kept.done
    expect(runner.stats).toMatchObject({ pending: 0, running: 0, succeeded: 2, timedOut: 1 })
  })

  it('leaves its place to what waits for a thread, also where all others are taken', async () => {
    const work = workIn(await makeWarmPool(2))
    const runner = createRunner({ onError() {} })
    const [neighbour, stuck, next] = [makeGate(), makeGate(), makeGate()]
    const kept = runner.addTask(work.export('block'), neighbour)
    await comesTo(neighbour)
    runner.addTask(work.export('forever', { timeout: 200 }), stuck)
    await comesTo(stuck)
    await runner.addTask(work.export('mark'), next).done
    expect(kept.state).toBe('running')
    open(neighbour)
    await kept.done
  })

  it('keeps its slot until its thread has gone, and no longer', async () => {
    const work = workIn(await makeWarmPool(1))
    const runner = createRunner({ concurrency: 1, onError() {} })
    const [stuck, next] = [makeGate(), makeGate()]
    const run = runner.addTask(work.export('forever', { timeout: 50 }), stuck)
    const after = runner.addTask(work.export('mark'), next)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    expect(runner.stats).toMatchObject({ running: 1, overdue: 1 })
    expect(after.state).toBe('ready')
    await after.done
    expect(await comesTo(next)).not.toBe(await comesTo(stuck))
    expect(runner.stats).toMatchObject({ running: 0, overdue: 0, pending: 0 })
  })

  it('keeps its slot while native code goes on that nobody can interrupt', async () => {
    const work = workIn(await makeWarmPool(1))
    const runner = createRunner({ onError() {} })
    const gate = makeGate()
    const run = runner.addTask(work.export('sleep', { timeout: 50 }), gate, 1_500)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    await new Promise((resolve) => setTimeout(resolve, 400)) // longer than the grace
    expect(runner.stats).toMatchObject({ running: 1, overdue: 1 })
    await runner.settled()
    expect(runner.stats).toMatchObject({ running: 0, overdue: 0 })
  })

  it('is tried again in another thread, one attempt at a time', async () => {
    const work = workIn(await makeWarmPool(2))
    const runner = createRunner({ onError() {} })
    const gate = makeGate()
    const forever = work.export('forever', { timeout: 100, retries: { attempts: 2, delay: 0 } })
    const run = runner.addTask(forever, gate)
    const first = await comesTo(gate)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    expect(gate[1]).toBe(2)
    expect(gate[0]).not.toBe(first)
    await runner.settled()
  })
})

describe('a function that yields', () => {
  it('is told by its signal, and its thread stays', async () => {
    const pool = await makeWarmPool(1)
    const work = workIn(pool)
    const runner = createRunner({ onError() {} })
    const gate = makeGate()
    const run = runner.addTask(work.export('patient', { timeout: 100 }), gate)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    await runner.settled()
    expect(gate[1]).toBe(1)
    expect(pool.threads.map(({ threadId }) => threadId)).toEqual([gate[0]])
  })
})
