import { background, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'

function recorder() {
  const seen: unknown[] = []
  const record = (value: unknown): void => void seen.push(value)
  return { seen, record }
}

describe('new Tasks(tasks)', () => {
  it('is a Task and a function', () => {
    expect(new Tasks()).toBeInstanceOf(Tasks)
    expect(new Tasks()).toBeInstanceOf(Task)
    expect(typeof new Tasks()).toBe('function')
  })

  it.each([undefined, null, []])('is empty for %j, and runs', async (empty) => {
    const tasks = new Tasks(empty)
    expect(tasks.size).toBe(0)
    await expect(tasks()).resolves.toBeUndefined()
    await expect(new Tasks(empty, { asGroup: true })()).resolves.toBeUndefined()
  })

  it('copies the list it is given', async () => {
    const { seen, record } = recorder()
    const list = [new Task(record, 1)]
    const tasks = new Tasks(list)
    list.push(new Task(record, 2))
    expect(tasks.size).toBe(1)
    tasks.addTask(record, 3)
    expect(list).toHaveLength(2)
    await tasks()
    expect(seen).toEqual([1, 3])
  })

  it('takes any iterable, and drains a generator at once', async () => {
    const { seen, record } = recorder()
    function* generator() {
      for (const value of [1, 2, 3]) yield new Task(record, value)
    }
    const source = generator()
    const tasks = new Tasks(source)
    expect(source.next().done).toBe(true)
    expect(tasks.size).toBe(3)
    await tasks()
    await tasks()
    expect(seen).toEqual([1, 2, 3, 1, 2, 3])
    await new Tasks(new Set([new Task(record, 'set')]))()
    expect(seen.at(-1)).toBe('set')
  })

  it('iterates over its tasks', () => {
    const list = [new Task(() => {}), new Tasks(), new Task(() => {})]
    expect([...new Tasks(list)]).toEqual(list)
  })

  it('is lazy', () => {
    const { seen, record } = recorder()
    new Tasks([new Task(record, 1)]).addTask(record, 2)
    expect(seen).toEqual([])
  })

  it('has a copy with other options', async () => {
    const { seen, record } = recorder()
    const options = { asGroup: true, concurrency: 2, onFailure: 'continue' } as const
    const tasks = new Tasks([new Task(record, 1)], options)
    const copy = tasks.with({ name: 'nightly' })
    copy.addTask(record, 2)
    expect(copy).toBeInstanceOf(Tasks)
    expect([copy.name, copy.size]).toEqual(['nightly', 2])
    expect([copy.asGroup, copy.concurrency, copy.onFailure]).toEqual([true, 2, 'continue'])
    expect([tasks.name, tasks.size]).toEqual(['Tasks', 1])
    await copy()
    expect(seen).toEqual([1, 2])
  })
})

describe('tasks.addTask', () => {
  it('takes a function with its arguments, a Task, a Tasks or a definition', async () => {
    const { seen, record } = recorder()
    const tasks = new Tasks()
    tasks.addTask(record, 'a function')
    tasks.addTask(new Task(record, 'a Task'))
    tasks.addTask(new Tasks([new Task(record, 'a Tasks')]))
    tasks.addTask(background(record, { name: 'recording' }), 'a definition')
    expect(tasks.size).toBe(4)
    expect([...tasks].map(({ name }) => name)).toEqual(['record', 'record', 'Tasks', 'recording'])
    await tasks()
    expect(seen).toEqual(['a function', 'a Task', 'a Tasks', 'a definition'])
  })

  it('keeps a Task as it is', () => {
    const task = new Task(() => {})
    const tasks = new Tasks()
    tasks.addTask(task)
    expect([...tasks][0]).toBe(task)
  })

  it('takes the same Task twice', async () => {
    const { seen, record } = recorder()
    const task = new Task(record, 1)
    await new Tasks([task, task])()
    expect(seen).toEqual([1, 1])
  })
})

describe('nesting', () => {
  const modes = [true, false].flatMap((outer) =>
    [true, false].flatMap((middle) =>
      [true, false].map((inner) => [outer, middle, inner] as const),
    ),
  )

  it.each(modes)('runs every task once with asGroup %s, %s, %s', async (outer, middle, inner) => {
    const { seen, record } = recorder()
    const leaves = (name: string, asGroup: boolean) =>
      new Tasks([new Task(record, `${name}1`), new Task(record, `${name}2`)], { asGroup })
    const nested = new Tasks([leaves('a', inner), new Task(record, 'b'), leaves('c', inner)], {
      asGroup: middle,
    })
    await new Tasks([nested, leaves('d', inner)], { asGroup: outer })()
    expect(seen.toSorted()).toEqual(['a1', 'a2', 'b', 'c1', 'c2', 'd1', 'd2'])
    if (!outer && !middle) expect(seen).toEqual(['a1', 'a2', 'b', 'c1', 'c2', 'd1', 'd2'])
  })

  it.each([true, false])('goes a hundred deep with asGroup %s', async (asGroup) => {
    const { seen, record } = recorder()
    let tasks = new Tasks([new Task(record, 'the innermost')], { asGroup })
    for (let depth = 1; depth < 100; depth += 1) tasks = new Tasks([tasks], { asGroup })
    await tasks()
    expect(seen).toEqual(['the innermost'])
  })
})
