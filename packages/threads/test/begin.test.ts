import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createRunner, type SettledEvent } from '@backgrounder/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Board } from '../src/board.js'
import { comesTo, makeGate, open, pass } from './gate.js'
import { makePool, makeWarmPool, warm, workIn } from './work.js'

describe('the begin of a function in a thread', () => {
  it('is told to nobody, but for the first of each thread', async () => {
    const pool = makePool(2)
    const work = workIn(pool)
    await expect(work.export('exit').func(3)).rejects.toMatchObject({ code: 'BG_THREAD_DIED' })
    await warm(pool)
    await warm(pool) // both have been given the board
    let messages = 0
    pool.on('message', () => {
      messages += 1
    })
    for (let i = 0; i < 10; i += 1) {
      await Promise.all([work.export('add').func(1, i), work.export('add').func(2, i)])
    }
    expect(messages).toBe(0)
  })

  it('is told in time to whoever is to stop it, at whatever moment that is', async () => {
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
    for (let i = 0; i < 20; i += 1) {
      const run = runner.addTask(patient, makeGate())
      await expect(run.done).rejects.toMatchObject({ code: 'BG_CANCELLED' })
      await runner.settled()
      // It has heard of it: otherwise its thread would have been ended.
      expect(pool.threads).toEqual([thread])
    }
  })

  it('is when a task has begun to run, for those who watch it', async () => {
    const pool = await makeWarmPool(1)
    const work = workIn(pool)
    const runner = createRunner()
    const gate = makeGate()
    const times: unknown[] = []
    const listen = (event: unknown) => times.push((event as SettledEvent).ms)
    subscribe('backgrounder.task.settled', listen)
    onTestFinished(() => void unsubscribe('backgrounder.task.settled', listen))
    runner.addTask(work.export('block'), gate)
    await comesTo(gate)
    const addedAt = performance.now()
    const run = runner.addTask(work.export('mark'), makeGate())
    await pass(300)
    open(gate)
    await run.done
    expect(times[0]).toBeGreaterThan(299)
    expect(times[1]).toBeLessThan(performance.now() - addedAt - 299)
  })
})

describe('the board', () => {
  it('knows of each place what has begun there last', () => {
    const board = Board.of(2)
    const before = performance.now()
    expect(board.find(0, 1)).toBeUndefined()
    board.begin(0, 1, 7)
    board.begin(1, 2 ** 40 + 5, 8) // ids grow for ever
    const elsewhere = new Board(board.memory)
    expect(elsewhere.find(0, 1)?.thread).toBe(7)
    expect(elsewhere.find(1, 2 ** 40 + 5)?.thread).toBe(8)
    expect(elsewhere.find(0, 2)).toBeUndefined()
    const at = elsewhere.find(0, 1)?.at
    expect(at).toBeGreaterThan(before - 1)
    expect(at).toBeLessThanOrEqual(performance.now() + 1)
  })
})
