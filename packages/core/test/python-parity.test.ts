import { background, Task, Tasks } from '@backgrounder/core'
import { expect, it } from 'vitest'
import { turn } from './deferred.js'

// The tests of the Python package that need no server; those through a real response are the
// contract's. Keyword arguments are an object argument here.

it('an async Task does not run before it is called', async () => {
  let complete = false
  const task = new Task(async () => {
    await turn()
    complete = true
  })
  expect(complete).toBe(false)
  await task()
  expect(complete).toBe(true)
})

it('a sync Task does not run before it is called', async () => {
  let complete = false
  const task = new Task(() => {
    complete = true
  })
  expect(complete).toBe(false)
  await task()
  expect(complete).toBe(true)
})

it('a background async function runs when it is called', async () => {
  const seen: number[] = []
  const numericGenerator = background(async (x: number, y: number) => {
    await turn()
    seen.push(x + y)
  })
  await numericGenerator(1, 2).done
  expect(seen).toEqual([3])
})

it('a background sync function has its effect', async () => {
  const seen: number[] = []
  const append = background((value: number) => {
    seen.push(value)
  })
  await append(7).done
  expect(seen).toEqual([7])
})

it('a group gathers eight values from positional and object arguments', async () => {
  const seen = new Set<number>()
  async function collect(x: number, y: number, { z, w }: { z: number; w: number }) {
    await turn()
    for (const value of [x, y, z, w]) seen.add(value)
  }
  const tasks = new Tasks([new Task(collect, 1, 2, { z: 3, w: 4 })], { asGroup: true })
  tasks.addTask(collect, 5, 6, { z: 7, w: 8 })
  expect(seen.size).toBe(0)
  await tasks()
  expect([...seen].toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})
