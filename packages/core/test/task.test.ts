import { currentTask, Task } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'

describe('new Task(func, ...args)', () => {
  it('keeps the function and the arguments by reference', () => {
    const to = { address: 'a@b.c' }
    function send(_to: object, _subject: string) {}
    const task = new Task(send, to, 'hello')
    expect(task.func).toBe(send)
    expect(task.args[0]).toBe(to)
    expect(task.args).toEqual([to, 'hello'])
  })

  it('sees a later change of an argument', async () => {
    const user = { name: 'Ann' }
    const seen: string[] = []
    const task = new Task((given: { name: string }) => seen.push(given.name), user)
    user.name = 'Bob'
    await task()
    expect(seen).toEqual(['Bob'])
  })

  it('is a Task and a function', () => {
    const task = new Task(() => {})
    expect(task).toBeInstanceOf(Task)
    expect(typeof task).toBe('function')
  })

  it('has the methods of a function', async () => {
    let calls = 0
    const task = new Task(() => {
      calls += 1
    })
    await task.call(undefined)
    await task.bind(undefined)()
    expect(calls).toBe(2)
  })
})

describe.each([
  ['task()', (task: Task) => task()],
  ['task.run()', (task: Task) => task.run()],
])('await %s', (_, run) => {
  it('runs the function with its arguments, and not before', async () => {
    const calls: unknown[][] = []
    const task = new Task((...args: unknown[]) => calls.push(args), 1, 'two', { three: 3 })
    await turn()
    expect(calls).toEqual([])
    await run(task)
    expect(calls).toEqual([[1, 'two', { three: 3 }]])
  })

  it('calls the function without a this', async () => {
    let receiver: unknown = 'none yet'
    await run(
      new Task(function send(this: unknown) {
        receiver = this
      }),
    )
    expect(receiver).toBeUndefined()
  })

  it.each<[string, () => unknown]>([
    ['a sync function', () => 42],
    ['an async function', async () => 42],
  ])('resolves to undefined for %s', async (_kind, func) => {
    await expect(run(new Task(func))).resolves.toBeUndefined()
  })

  it('waits until an async function has ended', async () => {
    const gate = deferred()
    const steps: string[] = []
    const ended = run(
      new Task(async () => {
        await gate.promise
        steps.push('function')
      }),
    ).then(() => steps.push('caller'))
    await turn()
    expect(steps).toEqual([])
    gate.resolve()
    await ended
    expect(steps).toEqual(['function', 'caller'])
  })

  it('rejects with the very error of the function', async () => {
    const error = new Error('no route')
    const throws = new Task(() => {
      throw error
    })
    const rejects = new Task(() => Promise.reject(error))
    await expect(run(throws)).rejects.toBe(error)
    await expect(run(rejects)).rejects.toBe(error)
  })

  it('rejects and does not throw when a sync function throws', async () => {
    const promise = run(new Task(JSON.parse, '{'))
    await expect(promise).rejects.toBeInstanceOf(SyntaxError)
  })

  it('runs again each time', async () => {
    let calls = 0
    const task = new Task(() => {
      calls += 1
    })
    await run(task)
    await run(task)
    expect(calls).toBe(2)
  })

  it('runs again after a failure', async () => {
    let calls = 0
    const task = new Task(() => {
      calls += 1
      if (calls === 1) throw new Error('the first time')
    })
    await expect(run(task)).rejects.toThrow('the first time')
    await expect(run(task)).resolves.toBeUndefined()
  })

  it('runs twice at the same time', async () => {
    const gates = [deferred(), deferred()] as const
    const ids: (string | undefined)[] = []
    const ended: number[] = []
    const task = new Task(async () => {
      const call = ids.push(currentTask()?.id) - 1
      await gates[call]?.promise
      ended.push(call)
    })
    const [first, second] = [run(task), run(task)]
    expect(new Set(ids).size).toBe(2)
    gates[1].resolve()
    await second
    expect(ended).toEqual([1])
    gates[0].resolve()
    await first
    expect(ended).toEqual([1, 0])
  })
})
