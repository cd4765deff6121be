import { createRunner, Task, type TaskOptions, type TaskRun } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { comesTo, makeGate, open, pass } from './gate.js'
import { makePool, workIn } from './work.js'

/** A pool of one thread, which is taken until its gate is opened. */
async function takenPool() {
  const work = workIn(makePool(1))
  const gate = makeGate()
  const runner = createRunner({ onError() {} })
  runner.addTask(work.export('block'), gate)
  await comesTo(gate)
  return { work, runner, gate }
}

describe('timeout', () => {
  it('counts from the start in the thread, and not while it waits for one', async () => {
    const { work, runner, gate } = await takenPool()
    const own = makeGate()
    const run = runner.addTask(work.export('mark', { timeout: 50 }), own)
    await vi.waitFor(() => expect(run.state).toBe('running'))
    await pass(150)
    expect(run.state).toBe('running')
    open(gate)
    await run.done
    expect(own[1]).toBe(1)
  })

  it('counts so for `await task()` too, and ends a function that never yields', async () => {
    const { work, gate } = await takenPool()
    const own = makeGate()
    const task = new Task(work.export('mark', { timeout: 50 }), own)
    const done = task()
    await pass(150)
    open(gate)
    await done
    expect(own[1]).toBe(1)
    const forever = new Task(work.export('forever', { timeout: 50 }), makeGate())
    await expect(forever()).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
  })
})

describe('with an `around` that comes to the function later', () => {
  const around = async (_run: TaskRun, next: () => unknown) => {
    await pass(0)
    return next()
  }

  it('timeout counts from the start in the thread', async () => {
    const { work, gate } = await takenPool()
    const runner = createRunner({ around })
    const run = runner.addTask(work.export('mark', { timeout: 1_000 }), makeGate())
    await pass(1_500)
    expect(run.state).toBe('running')
    open(gate)
    await run.done
  })

  it('queueTimeout counts until then', async () => {
    const { work, gate } = await takenPool()
    const runner = createRunner({ around, onError() {} })
    const own = makeGate()
    const run = runner.addTask(work.export('mark', { queueTimeout: 1_000 }), own)
    await expect(run.done).rejects.toThrow('not started after 1000 ms (queueTimeout)')
    open(gate)
    await runner.settled()
    expect(own[1]).toBe(0)
  })
})

describe('queueTimeout', () => {
  const options: TaskOptions = { queueTimeout: 100, timeout: 60_000, retries: 3 }

  it('counts while it waits for a thread: it never runs then', async () => {
    const { work, runner, gate } = await takenPool()
    const own = makeGate()
    const run = runner.addTask(work.export('mark', options), own)
    await expect(run.done).rejects.toMatchObject({
      code: 'BG_TIMEOUT',
      message: 'Task mark timed out: not started after 100 ms (queueTimeout)',
    })
    expect(run.state).toBe('timedOut')
    open(gate)
    await runner.settled()
    expect(await work.export('add').func(1, 2)).toBe(3)
    expect(own[1]).toBe(0)
    expect(runner.stats).toMatchObject({ timedOut: 1, overdue: 0, running: 0 })
  })

  it('does not count once the thread has begun', async () => {
    const work = workIn(makePool(1))
    await work.export('add').func(1, 2) // its start may take long
    const runner = createRunner({ onError() {} })
    const gate = makeGate()
    const run = runner.addTask(work.export('block', { ...options, queueTimeout: 1_000 }), gate)
    await comesTo(gate)
    await pass(1_200)
    expect(run.state).toBe('running')
    open(gate)
    await run.done
  })
})
