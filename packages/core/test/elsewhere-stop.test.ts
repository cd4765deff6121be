import { createRunner, Task, type TaskOptions, Tasks } from '@backgrounder/core'
import { backgroundElsewhere, currentCall } from '@backgrounder/core/elsewhere'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'
import { fakeClock } from './fake-clock.js'

const pass = fakeClock()

const group = { asGroup: true } as const

describe('onStop()', () => {
  /** What each call was told, of a function that is called in all the places a task may stand in. */
  function listening(options: TaskOptions = {}) {
    const gate = deferred<unknown>()
    const told: unknown[][] = []
    const leave: (() => void)[] = []
    const func = () => {
      const reasons: unknown[] = []
      told.push(reasons)
      leave.push(currentCall(func).onStop((reason) => reasons.push(reason)))
      return gate.promise
    }
    return { gate, told, leave, definition: backgroundElsewhere(func, options, (args) => args) }
  }

  it.each([
    ['a task', (task: Task) => task],
    ['a list in order', (task: Task) => new Tasks([task])],
    ['groups in groups', (task: Task) => new Tasks([new Tasks([task], group)], group)],
    ['a Task of a Task', (task: Task) => new Task(() => task())],
    ['a Task with a timeout', (task: Task) => new Task(() => task.with({ timeout: 60_000 })())],
  ])('tells once why it is to stop: %s', async (_, wrap) => {
    const runner = createRunner({ onError() {} })
    const { gate, told, definition } = listening()
    const run = runner.addTask(wrap(new Task(definition)) as Task)
    await turn()
    expect(told).toEqual([[]])
    run.cancel('enough')
    run.cancel('again')
    expect(told).toEqual([['enough']])
    gate.resolve(undefined)
    await runner.settled()
  })

  it('tells at once what was told to stop before', async () => {
    const runner = createRunner({ asyncContext: true, onError() {} })
    const { gate, told, definition } = listening()
    const first = deferred()
    const run = runner.addTask(async () => {
      await first.promise
      await definition.func()
    })
    await turn()
    run.cancel('enough')
    first.resolve()
    await turn()
    expect(told).toEqual([['enough']])
    gate.resolve(undefined)
    await runner.settled()
  })

  it('is one of each attempt', async () => {
    const runner = createRunner({ onError() {} })
    const { gate, told, definition } = listening()
    const run = runner.addTask(
      new Task(() => {
        void definition.func()
        if (told.length === 1) throw new Error('once')
        return gate.promise
      }).with({ retries: { attempts: 2, delay: 0 } }),
    )
    await pass(1)
    run.cancel('enough')
    expect(told).toEqual([[], ['enough']])
    gate.resolve(undefined)
    await runner.settled()
  })

  it('tells nothing once it is left, and nothing outside of a task', async () => {
    const runner = createRunner({ onError() {} })
    const { gate, told, leave, definition } = listening()
    void definition.func()
    const run = runner.addTask(definition)
    await turn()
    for (const stop of leave) stop()
    run.cancel('enough')
    expect(told).toEqual([[], []])
    gate.resolve(undefined)
    await runner.settled()
  })
})
