import { currentTask, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'
import { stillClock } from './fake-clock.js'

stillClock()

const group = { asGroup: true } as const

function failing(reason: unknown): Task {
  return new Task(() => Promise.reject(reason))
}

function failingAfter(gate: Promise<void>, reason: unknown): Task {
  return new Task(() => gate.then(() => Promise.reject(reason)))
}

describe("a failure in a group under 'stop'", () => {
  it.each([[new Error('no route')], [undefined]])(
    'rejects with an AggregateError even for one error: %s',
    async (reason) => {
      const thrown: unknown = await new Tasks([new Task(() => {}), failing(reason)], group)().catch(
        (error: unknown) => error,
      )
      expect(thrown).toBeInstanceOf(AggregateError)
      expect((thrown as AggregateError).message).toBe('1 of 2 tasks failed')
      expect((thrown as AggregateError).errors).toEqual([reason])
    },
  )

  it("has the errors in the list's order, whichever came first", async () => {
    const gates = [deferred(), deferred()] as const
    const tasks = new Tasks(
      [failingAfter(gates[0].promise, 'first'), failingAfter(gates[1].promise, 'second')],
      group,
    )
    const ended = tasks()
    gates[1].resolve()
    await turn()
    gates[0].resolve()
    await expect(ended).rejects.toMatchObject({ errors: ['first', 'second'] })
  })

  it('starts none of those that have not started', async () => {
    const gate = deferred()
    const started: number[] = []
    const start = (value: number) => new Task(() => started.push(value))
    const list = [start(1), failingAfter(gate.promise, 'no'), start(2), start(3)]
    const tasks = new Tasks(list, { ...group, concurrency: 1 })
    const ended = tasks()
    tasks.addTask(start(4))
    gate.resolve()
    await expect(ended).rejects.toMatchObject({ errors: ['no'] })
    await turn()
    expect(started).toEqual([1])
  })

  it('starts none of those that are added after it', async () => {
    const gate = deferred()
    let calls = 0
    const tasks = new Tasks([failing('no'), new Task(() => gate.promise)], group)
    const ended = tasks()
    await turn()
    tasks.addTask(() => (calls += 1))
    gate.resolve()
    await expect(ended).rejects.toMatchObject({ errors: ['no'] })
    await turn()
    expect(calls).toBe(0)
  })

  it('rejects once every one that runs has ended: nothing outlives the call', async () => {
    const gate = deferred()
    const steps: string[] = []
    const tasks = new Tasks(
      [failing('no'), new Task(() => gate.promise.then(() => steps.push('sibling ended')))],
      group,
    )
    const ended = tasks().catch(() => steps.push('call ended'))
    await turn()
    await turn()
    expect(steps).toEqual([])
    gate.resolve()
    await ended
    expect(steps).toEqual(['sibling ended', 'call ended'])
  })

  it('stops at a failure with undefined as at any other', async () => {
    let calls = 0
    const list = [failing(undefined), new Task(() => (calls += 1))]
    const tasks = new Tasks(list, { ...group, concurrency: 1 })
    await expect(tasks()).rejects.toMatchObject({ errors: [undefined] })
    expect(calls).toBe(0)
  })

  it('aborts nothing of another run of the same group', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const gate = deferred()
    const tasks = new Tasks([], group)
    tasks.addTask(() => {
      signals.push(currentTask()?.signal)
      return gate.promise
    })
    tasks.addTask(() => {
      if (signals.length === 1) throw new Error('the first run')
    })
    const [first, second] = [tasks(), tasks()]
    await turn()
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, false])
    gate.resolve()
    await expect(first).rejects.toThrow('1 of 2 tasks failed')
    await second
  })
})

describe("a failure in a group under 'continue'", () => {
  it("lets all run, and then throws every error in the list's order", async () => {
    const seen: number[] = []
    const gate = deferred()
    const tasks = new Tasks(
      [
        failingAfter(gate.promise, 'first'),
        new Task(() => seen.push(1)),
        failing('second'),
        new Task(() => seen.push(2)),
      ],
      { ...group, concurrency: 2, onFailure: 'continue' },
    )
    const ended = tasks()
    await turn()
    gate.resolve()
    await expect(ended).rejects.toMatchObject({
      name: 'AggregateError',
      errors: ['first', 'second'],
    })
    expect(seen).toEqual([1, 2])
  })

  it.each([undefined, null])('throws also when the error is %s', async (reason) => {
    const tasks = new Tasks([failing(reason)], { ...group, onFailure: 'continue' })
    const thrown: unknown = await tasks().catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(AggregateError)
    expect((thrown as AggregateError).errors).toEqual([reason])
  })

  it('aborts no signal', async () => {
    let signal: AbortSignal | undefined
    const watching = new Task(async () => {
      signal = currentTask()?.signal
      await turn()
    })
    const tasks = new Tasks([watching, failing('no')], { ...group, onFailure: 'continue' })
    await expect(tasks()).rejects.toMatchObject({ errors: ['no'] })
    expect(signal?.aborted).toBe(false)
  })
})
