import { createRunner } from '@backgrounder/core'
import { onDrained } from '@backgrounder/core/elsewhere'
import { describe, expect, it } from 'vitest'
import { comesTo, makeGate, open } from './gate.js'
import { makePool, work, workIn } from './work.js'

/** How many threads this process has, as the operating system counts them. */
async function threadsHere(): Promise<number> {
  const { readdir } = await import('node:fs/promises')
  return (await readdir('/proc/self/task')).length
}

describe('a drain', () => {
  it.skipIf(process.platform !== 'linux')(
    'waits for what runs in a thread, and ends the threads of its runner',
    async () => {
      const before = await threadsHere()
      const runner = createRunner()
      const gate = makeGate()
      const run = runner.addTask(work.export('block'), gate)
      await comesTo(gate)
      expect(await threadsHere()).toBeGreaterThan(before)
      const drained = runner.drain()
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect(run.state).toBe('running')
      open(gate)
      expect(await drained).toMatchObject({ ok: true, succeeded: 1 })
      await expect.poll(threadsHere).toBe(before)
    },
  )

  it('is not final: a task that is added later has new threads', async () => {
    const runner = createRunner()
    const [first, second] = [makeGate(), makeGate()]
    await runner.addTask(work.export('mark'), first).done
    await runner.drain()
    await runner.addTask(work.export('mark'), second).done
    expect(second[0]).not.toBe(first[0])
    expect(await runner.drain()).toMatchObject({ ok: true })
  })

  it('has new threads for a task that is added while the old ones end', async () => {
    const runner = createRunner()
    const [first, second] = [makeGate(), makeGate()]
    await runner.addTask(work.export('mark'), first).done
    let late: Promise<void> | undefined
    onDrained(runner, () => {
      late = runner.addTask(work.export('mark'), second).done
    })
    await runner.drain()
    await late
    expect(second[0]).not.toBe(first[0])
    await runner.drain()
  })

  it('leaves the threads of a pool of your own, and of another runner', async () => {
    const pool = makePool(1)
    const [mine, others] = [createRunner(), createRunner()]
    const [first, second, gate] = [makeGate(), makeGate(), makeGate()]
    await mine.addTask(workIn(pool).export('mark'), first).done
    const kept = others.addTask(work.export('block'), gate)
    await comesTo(gate)
    await mine.drain()
    await mine.addTask(workIn(pool).export('mark'), second).done
    expect(second[0]).toBe(first[0])
    open(gate)
    await kept.done
    await others.drain()
  })

  it('gives a function the time that it has, and then ends its thread', async () => {
    const pool = makePool(2)
    const runner = createRunner({ logger: { error() {} } })
    const [stuck, slow] = [makeGate(), makeGate()]
    runner.addTask(workIn(pool).export('forever'), stuck)
    const late = runner.addTask(workIn(pool).export('block'), slow)
    await comesTo(stuck)
    await comesTo(slow)
    const drained = runner.drain({ timeout: 1_500 }) // the signals are aborted halfway
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect(late.state).toBe('running') // longer than a timeout would have let it
    open(slow)
    await late.done
    const report = await drained
    expect(report).toMatchObject({ ok: false, abandoned: [{ name: 'forever' }] })
    await expect.poll(() => pool.threads.map(({ threadId }) => threadId)).not.toContain(stuck[0])
  })

  it('ends what a task that it has given up still waits for', async () => {
    const pool = makePool(1)
    const runner = createRunner({ logger: { error() {} } })
    const [stuck, waiting] = [makeGate(), makeGate()]
    runner.addTask(() => workIn(pool).export('forever').func(stuck))
    await comesTo(stuck)
    runner.addTask(() => workIn(pool).export('mark').func(waiting))
    const report = await runner.drain({ timeout: 100 })
    expect(report.abandoned).toHaveLength(2)
    await expect.poll(() => pool.threads.map(({ threadId }) => threadId)).not.toContain(stuck[0])
    expect(waiting[1]).toBe(0)
  })

  it('does not end a call that is no task', async () => {
    const runner = createRunner()
    await runner.addTask(work.export('mark'), makeGate()).done
    const gate = makeGate()
    const direct = work.export('block').func(gate)
    await comesTo(gate)
    await runner.drain()
    open(gate)
    await direct
  })
})
