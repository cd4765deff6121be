import { createRunner } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { type Deferred, deferred, turn } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()

describe('a turn', () => {
  it.each([
    ['goes on to the next of a response as soon as that may start', 1, ['next', 'other work']],
    ['ends when 1 ms is over, and other work has its turn', 2, ['other work', 'next']],
  ])('%s', async (_, ms, expected) => {
    const { tasks, runner, end } = fakeResponse()
    const steps: string[] = []
    tasks.addTask(async () => {
      setImmediate(() => steps.push('other work'))
      vi.advanceTimersByTime(ms)
      await undefined
    })
    tasks.addTask(() => steps.push('next'))
    end()
    await runner.settled()
    await turn()
    expect(steps).toEqual(expected)
  })

  it('is asked for once, however many end in one that is over', async () => {
    const runner = createRunner({ concurrency: 10 })
    const gates: Deferred<void>[] = []
    for (let each = 0; each < 20; each += 1) {
      runner.addTask(() => {
        const gate = deferred()
        gates.push(gate)
        return gate.promise
      })
    }
    await pass(2)
    const asked = vi.spyOn(globalThis, 'setImmediate')
    for (const gate of gates) gate.resolve()
    for (let tick = 0; tick < 20; tick += 1) await undefined
    const count = asked.mock.calls.length
    asked.mockRestore()
    expect(count).toBe(1)
    await turn()
    expect(runner.stats).toMatchObject({ running: 10, succeeded: 10 })
    for (const gate of gates) gate.resolve()
    await runner.settled()
  })

  it('is not asked for where all goes on in the one that is', async () => {
    const { tasks, runner, end } = fakeResponse()
    for (let each = 0; each < 5; each += 1) tasks.addTask(async () => {})
    end()
    const asked = vi.spyOn(globalThis, 'setImmediate')
    await turn()
    const count = asked.mock.calls.length
    asked.mockRestore()
    expect(count).toBe(1) // the one of this test
    expect(runner.stats).toMatchObject({ succeeded: 5 })
  })
})
