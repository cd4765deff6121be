import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createRunner, Task } from '@backgrounder/core'
import type { ThreadPool } from '@backgrounder/threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { comesTo, makeGate, open, pass } from './gate.js'
import { makeWarmPool, warm, workIn } from './work.js'

function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

describe('where a thread or this one is blocked, the time of a function in a thread', () => {
  it('is not counted while its arguments are sent, and no warning says that it blocks', async () => {
    const warnings: Error[] = []
    const listen = (warning: Error) => warnings.push(warning)
    process.on('warning', listen)
    onTestFinished(() => void process.off('warning', listen))
    const work = workIn(await makeWarmPool(1))
    const runner = createRunner({ blockedWarning: 20 })
    const many = Array.from({ length: 600_000 }, (_, id) => ({ id }))
    const before = performance.now()
    structuredClone(many)
    const timeout = Math.floor((performance.now() - before) * 0.6)
    const definition = work.export('kind', { timeout })
    await runner.addTask(definition, many).done
    expect(warnings).toEqual([])
  })

  describe('in a thread that what an earlier task has left behind still blocks', () => {
    async function blockedPool(): Promise<{ pool: ThreadPool; gate: Int32Array }> {
      const pool = await makeWarmPool(1)
      await warm(pool)
      const gate = makeGate()
      await workIn(pool).export('blockLater').func(gate)
      await comesTo(gate)
      return { pool, gate }
    }

    it('does not count', async () => {
      const { pool, gate } = await blockedPool()
      const runner = createRunner()
      const own = makeGate()
      const run = runner.addTask(workIn(pool).export('mark', { timeout: 200 }), own)
      await pass(400)
      expect(run.state).toBe('running')
      open(gate)
      await run.done
    })

    it('is the queueTimeout, at which the thread is ended', async () => {
      const { pool, gate } = await blockedPool()
      const runner = createRunner({ onError() {} })
      const [own, next] = [makeGate(), makeGate()]
      const run = runner.addTask(workIn(pool).export('mark', { queueTimeout: 200 }), own)
      await expect(run.done).rejects.toThrow('not started after 200 ms (queueTimeout)')
      await runner.addTask(workIn(pool).export('mark'), next).done
      expect(own[1]).toBe(0)
      expect(next[0]).not.toBe(gate[0])
    })
  })

  it('is not over because this thread was blocked when the answer came', async () => {
    const work = workIn(await makeWarmPool(1))
    const runner = createRunner()
    for (let i = 0; i < 5; i += 1) {
      const run = runner.addTask(work.export('mark', { timeout: 100 }), makeGate())
      runner.addTask(() => block(250))
      await run.done
    }
  })

  it('is not over because this thread was blocked while it ended', async () => {
    const work = workIn(await makeWarmPool(1))
    const runner = createRunner()
    let told = 0
    const listen = () => {
      told += 1
    }
    subscribe('backgrounder.task.timedOut', listen)
    onTestFinished(() => void unsubscribe('backgrounder.task.timedOut', listen))
    const blocked = work.export('block', { timeout: 200 })
    for (const start of [
      (gate: Int32Array) => runner.addTask(blocked, gate).done,
      (gate: Int32Array) => new Task(blocked, gate)(),
    ]) {
      const gate = makeGate()
      const done = start(gate)
      await comesTo(gate)
      await pass(30) // its time counts by now
      await new Promise(setImmediate) // so that timers come before what is read
      open(gate)
      block(400)
      await done
    }
    await pass(10)
    expect(told).toBe(0)
  })

  it('counts where it is short, and is told as soon', async () => {
    const work = workIn(await makeWarmPool(1))
    await work.export('add').func(1, 2)
    const runner = createRunner({ onError() {} })
    const run = runner.addTask(work.export('block', { timeout: 5 }), makeGate())
    await expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    await runner.settled()
  })

  it('is not over in the queue because this thread was blocked when it began', async () => {
    const work = workIn(await makeWarmPool(1))
    await work.export('add').func(1, 2)
    const runner = createRunner()
    for (let i = 0; i < 5; i += 1) {
      const options = { queueTimeout: 100, timeout: false } as const
      const run = runner.addTask(work.export('mark', options), makeGate())
      runner.addTask(() => block(250))
      await run.done
    }
  })
})
