import { Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'

function failing(reason: unknown): Task {
  return new Task(() => Promise.reject(reason))
}

describe('a Tasks in order', () => {
  it('starts each one when the one before has ended', async () => {
    const steps: string[] = []
    const gates = [deferred(), deferred()] as const
    const step = async (name: string, gate: Promise<void>) => {
      steps.push(`${name} starts`)
      await gate
      steps.push(`${name} ends`)
    }
    const ended = new Tasks([
      new Task(step, 'a', gates[0].promise),
      new Task(step, 'b', gates[1].promise),
    ])()
    gates[1].resolve()
    await turn()
    expect(steps).toEqual(['a starts'])
    gates[0].resolve()
    await ended
    expect(steps).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
  })

  it('rejects with the very error of the first failure, and runs no more', async () => {
    const error = new Error('no route')
    const seen: number[] = []
    const tasks = new Tasks([
      new Task(() => seen.push(1)),
      failing(error),
      failing(new Error('a later one')),
      new Task(() => seen.push(2)),
    ])
    await expect(tasks()).rejects.toBe(error)
    await turn()
    expect(seen).toEqual([1])
  })

  it.each([undefined, null])('stops at a failure with %s', async (reason) => {
    let calls = 0
    const tasks = new Tasks([failing(reason), new Task(() => (calls += 1))])
    await expect(tasks()).rejects.toBe(reason)
    expect(calls).toBe(0)
  })

  it("runs all under onFailure: 'continue', then throws every error in the list's order", async () => {
    const seen: number[] = []
    const tasks = new Tasks(
      [failing('first'), new Task(() => seen.push(1)), failing(undefined), failing('last')],
      { onFailure: 'continue' },
    )
    tasks.addTask(() => seen.push(2))
    const error = await tasks().catch((thrown: unknown) => thrown)
    expect(seen).toEqual([1, 2])
    expect(error).toBeInstanceOf(AggregateError)
    expect(error).toMatchObject({
      message: '3 of 5 tasks failed',
      errors: ['first', undefined, 'last'],
    })
  })

  it("throws an AggregateError under onFailure: 'continue' even for one error", async () => {
    const tasks = new Tasks([failing('only')], { onFailure: 'continue' })
    await expect(tasks()).rejects.toMatchObject({ name: 'AggregateError', errors: ['only'] })
  })

  it('passes a raw error up through nested lists', async () => {
    const error = new Error('deep down')
    let calls = 0
    const inner = new Tasks([new Tasks([failing(error)])])
    await expect(new Tasks([inner, new Task(() => (calls += 1))])()).rejects.toBe(error)
    expect(calls).toBe(0)
  })

  it('runs what is added during the run in the same run, by a task or from outside', async () => {
    const seen: string[] = []
    const gate = deferred()
    const tasks = new Tasks()
    tasks.addTask(async () => {
      tasks.addTask(() => seen.push('added by a task'))
      await gate.promise
    })
    const ended = tasks()
    tasks.addTask(() => seen.push('added from outside'))
    gate.resolve()
    await ended
    expect(seen).toEqual(['added by a task', 'added from outside'])
  })

  it('runs what the last task adds', async () => {
    const seen: number[] = []
    const tasks = new Tasks()
    const addUpTo = (value: number): void => {
      seen.push(value)
      if (value < 5) tasks.addTask(addUpTo, value + 1)
    }
    tasks.addTask(addUpTo, 1)
    await tasks()
    expect(seen).toEqual([1, 2, 3, 4, 5])
  })

  it('keeps its list: running again runs all again, with what was added meanwhile', async () => {
    const seen: string[] = []
    const tasks = new Tasks([new Task(() => seen.push('a'))])
    tasks.addTask(() => {
      if (tasks.size === 2) tasks.addTask(() => seen.push('b'))
    })
    await tasks()
    expect(tasks.size).toBe(3)
    await tasks()
    expect(seen).toEqual(['a', 'b', 'a', 'b'])
  })

  it('runs twice at the same time, each run in order', async () => {
    const seen: string[] = []
    const tasks = new Tasks([1, 2].map((value) => new Task(() => seen.push(`task ${value}`))))
    await Promise.all([tasks(), tasks()])
    expect(seen.filter((step) => step === 'task 1')).toHaveLength(2)
    expect(seen.filter((step) => step === 'task 2')).toHaveLength(2)
    expect(seen[0]).toBe('task 1')
    expect(seen.at(-1)).toBe('task 2')
  })

  it('runs in the mode that it is set to', async () => {
    const seen: string[] = []
    const gate = deferred()
    const tasks = new Tasks([
      new Task(() => gate.promise.then(() => seen.push('slow'))),
      new Task(() => seen.push('quick')),
    ])
    tasks.asGroup = true
    const ended = tasks()
    await turn()
    expect(seen).toEqual(['quick'])
    gate.resolve()
    await ended
  })
})
