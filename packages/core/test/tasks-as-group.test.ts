import { Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'
import { stillClock } from './fake-clock.js'

stillClock()

/** Tasks that run until the test ends them, and what can be seen of them meanwhile. */
function controlled(count: number) {
  const gates = Array.from({ length: count }, () => deferred())
  const started: number[] = []
  let running = 0
  let most = 0
  const list = gates.map(
    (gate, index) =>
      new Task(async () => {
        started.push(index)
        running += 1
        most = Math.max(most, running)
        await gate.promise
        running -= 1
      }),
  )
  return { list, gates, started, running: () => running, most: () => most }
}

describe('a Tasks as a group', () => {
  it('starts all in the order of the list, and runs them at once', async () => {
    const { list, gates, started, running } = controlled(5)
    const ended = new Tasks(list, { asGroup: true })()
    expect(started).toEqual([0, 1, 2, 3, 4])
    expect(running()).toBe(5)
    for (const gate of gates) gate.resolve()
    await ended
  })

  it('has ended when the last one has', async () => {
    const { list, gates } = controlled(3)
    let isOver = false
    const ended = new Tasks(list, { asGroup: true })().then(() => {
      isOver = true
    })
    gates[2]?.resolve()
    gates[0]?.resolve()
    await turn()
    expect(isOver).toBe(false)
    gates[1]?.resolve()
    await ended
  })

  it.each([1, 2, 3, 7])('runs never more than `concurrency` (%d) at once', async (concurrency) => {
    const { list, gates, started, running, most } = controlled(7)
    const ended = new Tasks(list, { asGroup: true, concurrency })()
    while (running() > 0) {
      // The newest of those that run ends first, so that the order of ends is not that of starts.
      for (const index of started.slice(-concurrency).reverse()) gates[index]?.resolve()
      await turn()
    }
    await ended
    expect(most()).toBe(concurrency)
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('starts the next one as soon as any of those that run has ended', async () => {
    const { list, gates, started } = controlled(4)
    const ended = new Tasks(list, { asGroup: true, concurrency: 2 })()
    expect(started).toEqual([0, 1])
    gates[1]?.resolve()
    await turn()
    expect(started).toEqual([0, 1, 2])
    gates[2]?.resolve()
    await turn()
    expect(started).toEqual([0, 1, 2, 3])
    for (const gate of gates) gate.resolve()
    await ended
  })

  it('runs what is added during the run in the same run', async () => {
    const { list, gates, started } = controlled(3)
    const tasks = new Tasks(list.slice(0, 1), { asGroup: true })
    const ended = tasks()
    tasks.addTask(list[1] as Task)
    expect(started).toEqual([0, 1])
    gates[0]?.resolve()
    await turn()
    tasks.addTask(list[2] as Task)
    gates[1]?.resolve()
    gates[2]?.resolve()
    await ended
    expect(started).toEqual([0, 1, 2])
  })

  it.each([1, 2, Infinity])(
    'runs what an item adds while it starts, once, at concurrency %d',
    async (concurrency) => {
      const seen: number[] = []
      const tasks = new Tasks([], { asGroup: true, concurrency })
      const addUpTo = (value: number): void => {
        seen.push(value)
        if (value < 5) tasks.addTask(addUpTo, value + 1)
      }
      tasks.addTask(addUpTo, 1)
      await tasks()
      expect(seen).toEqual([1, 2, 3, 4, 5])
    },
  )

  it('goes on without recursion when each item adds the next while it starts', async () => {
    let calls = 0
    const gate = deferred()
    const tasks = new Tasks([new Task(() => gate.promise)], { asGroup: true })
    const ended = tasks()
    const addNext = (): void => {
      calls += 1
      if (calls < 5_000) tasks.addTask(addNext)
    }
    tasks.addTask(addNext)
    gate.resolve()
    await ended
    expect(calls).toBe(5_000)
  })

  it('keeps `concurrency` for what is added during the run', async () => {
    const { list, gates, most } = controlled(5)
    const tasks = new Tasks(list.slice(0, 2), { asGroup: true, concurrency: 2 })
    const ended = tasks()
    for (const task of list.slice(2)) tasks.addTask(task)
    for (const gate of gates) gate.resolve()
    await ended
    expect(most()).toBe(2)
  })

  it('keeps its list: running again runs all again', async () => {
    let calls = 0
    const tasks = new Tasks([new Task(() => (calls += 1))], { asGroup: true })
    tasks.addTask(() => (calls += 1))
    await tasks()
    expect(tasks.size).toBe(2)
    await tasks()
    expect(calls).toBe(4)
  })

  it('runs twice at the same time: what is added meanwhile is run in both runs', async () => {
    const gate = deferred()
    let calls = 0
    const tasks = new Tasks([new Task(() => gate.promise)], { asGroup: true })
    const ended = Promise.all([tasks(), tasks()])
    tasks.addTask(() => (calls += 1))
    gate.resolve()
    await ended
    expect(calls).toBe(2)
  })
})
