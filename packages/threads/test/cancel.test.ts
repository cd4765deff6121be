import { createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { comesTo, makeGate, open } from './gate.js'
import { makePool, workIn } from './work.js'

describe('cancel()', () => {
  it('ends a function that never yields, and another thread takes its place', async () => {
    const pool = makePool(1)
    const work = workIn(pool)
    const runner = createRunner({ onError() {} })
    const [gate, next] = [makeGate(), makeGate()]
    const run = runner.addTask(work.export('forever'), gate)
    await comesTo(gate)
    expect(run.cancel('enough')).toBe(true)
    await expect(run.done).rejects.toMatchObject({ code: 'BG_CANCELLED', cause: 'enough' })
    await runner.addTask(work.export('mark'), next).done
    expect(next[0]).not.toBe(gate[0])
  })

  it('lets a function that yields end by itself', async () => {
    const pool = makePool(1)
    const runner = createRunner()
    const gate = makeGate()
    const run = runner.addTask(workIn(pool).export('patient'), gate)
    await comesTo(gate, 0)
    run.cancel()
    await expect(run.done).rejects.toMatchObject({ code: 'BG_CANCELLED' })
    expect(gate[1]).toBe(1)
    expect(pool.threads.map(({ threadId }) => threadId)).toEqual([gate[0]])
  })

  it('of what waits for a thread keeps it from running', async () => {
    const pool = makePool(1)
    const work = workIn(pool)
    const runner = createRunner()
    const [first, second] = [makeGate(), makeGate()]
    const kept = runner.addTask(work.export('block'), first)
    await comesTo(first)
    const run = runner.addTask(work.export('mark'), second)
    await expect.poll(() => run.state).toBe('running')
    run.cancel()
    await expect(run.done).rejects.toMatchObject({ code: 'BG_CANCELLED' })
    open(first)
    await kept.done
    expect(await work.export('add').func(1, 2)).toBe(3)
    expect([second[1], first[0]]).toEqual([0, pool.threads[0]?.threadId])
  })

  it('comes from a sibling that has failed, in a group', async () => {
    const pool = makePool(2)
    const work = workIn(pool)
    const runner = createRunner({ onError() {} })
    const gate = makeGate()
    const group = new Tasks([new Task(work.export('forever'), gate), new Task(failOnceItRuns)], {
      asGroup: true,
    })
    async function failOnceItRuns() {
      await comesTo(gate)
      throw new Error('sibling')
    }
    const run = runner.addTask(group)
    await expect(run.done).rejects.toMatchObject({ errors: [{ message: 'sibling' }] })
    expect(pool.threads.map(({ threadId }) => threadId)).not.toContain(gate[0])
  })
})
