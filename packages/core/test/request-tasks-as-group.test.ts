import { createRunner } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

describe('asGroup of a response', () => {
  it.each([
    ['set on it', {}, true],
    ['of the runner', { asGroup: true }, undefined],
  ])('%s: all run at once, in order of their starts', async (_, options, asGroup) => {
    const { tasks, runner, end } = fakeResponse(options)
    const gate = deferred()
    const started: number[] = []
    for (const value of [1, 2, 3]) {
      tasks.addTask(() => {
        started.push(value)
        return gate.promise
      })
    }
    if (asGroup !== undefined) tasks.asGroup = asGroup
    expect(tasks.asGroup).toBe(true)
    end()
    // A turn that has taken long ends between them.
    while (started.length < 3) await turn()
    expect(started).toEqual([1, 2, 3])
    expect(runner.running()).toHaveLength(3)
    gate.resolve()
    await runner.settled()
  })

  it('is that of the response before that of the runner', async () => {
    const { tasks, runner, end } = fakeResponse({ asGroup: true })
    tasks.asGroup = false
    tasks.addTask(() => new Promise(() => {}))
    const second = tasks.addTask(() => {})
    end()
    await turn()
    expect([second.state, runner.running().length]).toEqual(['waiting', 1])
  })

  it('is of one response alone', () => {
    const runner = createRunner()
    const [first, second] = [fakeResponse({}, runner), fakeResponse({}, runner)]
    first.tasks.asGroup = true
    expect(second.tasks.asGroup).toBe(false)
  })

  it('may be set until the response is over', () => {
    const { tasks, end } = fakeResponse()
    tasks.addTask(() => {})
    tasks.asGroup = true
    tasks.asGroup = false
    end()
    expect(() => {
      tasks.asGroup = true
    }).toThrow(
      new TypeError(
        'Expected `asGroup` to be set before the response is over: it is over. For what is added ' +
          'now: addTask(new Tasks([…], { asGroup: true }))',
      ),
    )
    expect(tasks.asGroup).toBe(false)
  })
})
