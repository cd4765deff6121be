import { createRunner } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { fakeResponse } from './fake-response.js'

describe('runner.addTask', () => {
  it('starts the task in a later turn of the event loop', async () => {
    let started = false
    const run = createRunner().addTask(() => {
      started = true
    })
    expect(started).toBe(false)
    await new Promise<void>((resolve) => process.nextTick(resolve))
    for (let tick = 0; tick < 100; tick += 1) await undefined
    expect(started).toBe(false)
    await run.done
    expect(started).toBe(true)
  })

  it('starts a task that a task adds in a later turn too', async () => {
    const runner = createRunner()
    const steps: string[] = []
    runner.addTask(async () => {
      runner.addTask(() => steps.push('the added task'))
      process.nextTick(() => steps.push('next tick'))
      await undefined
      steps.push('the rest of the task')
    })
    await runner.settled()
    expect(steps).toEqual(['next tick', 'the rest of the task', 'the added task'])
  })

  it('starts a task that a task adds to a response that is over in a later turn too', async () => {
    const { tasks, runner, end } = fakeResponse({ asGroup: true })
    const steps: string[] = []
    tasks.addTask(() => {
      tasks.addTask(() => steps.push('the added task'))
      process.nextTick(() => steps.push('next tick'))
    })
    end()
    await runner.settled()
    expect(steps).toEqual(['next tick', 'the added task'])
  })

  it('starts tasks in the order in which they were added', async () => {
    const runner = createRunner()
    const seen: number[] = []
    for (let value = 0; value < 100; value += 1) runner.addTask(() => seen.push(value))
    await runner.settled()
    expect(seen).toEqual(Array.from({ length: 100 }, (_, value) => value))
  })

  it('starts the next one while one waits', async () => {
    const runner = createRunner()
    runner.addTask(() => new Promise(() => {}))
    await runner.addTask(() => {}).done
    expect(runner.stats).toMatchObject({ pending: 1, succeeded: 1 })
  })
})
