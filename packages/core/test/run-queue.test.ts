import { describe, expect, it } from 'vitest'
import { RunQueue } from '../src/run-queue.js'

type Run = NonNullable<ReturnType<RunQueue['shift']>>

/** As much of a run as a queue looks at. */
interface Item {
  readonly id: number
  isSettled: boolean
  next: Run | undefined
}

let ids = 0

function items(count: number): Item[] {
  return Array.from({ length: count }, () => ({ id: ids++, isSettled: false, next: undefined }))
}

function filled(list: Item[]): RunQueue {
  const queue = new RunQueue()
  for (const item of list) queue.push(item as unknown as Run)
  return queue
}

function settle(queue: RunQueue, list: Item[]): void {
  for (const item of list) {
    item.isSettled = true
    queue.died()
  }
}

function rest(queue: RunQueue): unknown[] {
  const list: unknown[] = []
  for (let run = queue.shift(); run; run = queue.shift()) list.push(run)
  return list
}

describe('a queue of runs', () => {
  it('is first in, first out, and empty in between', () => {
    const list = items(3)
    const queue = filled(list)
    expect(queue.isEmpty).toBe(false)
    expect(rest(queue)).toEqual(list)
    expect(queue.isEmpty).toBe(true)
    const more = items(2)
    for (const item of more) queue.push(item as unknown as Run)
    expect(rest(queue)).toEqual(more)
  })

  it('passes over what is settled, and keeps none of it by the link of another', () => {
    const list = items(4)
    const queue = filled(list)
    settle(queue, list.slice(1, 3))
    expect(rest(queue)).toEqual([list[0], list[3]])
    expect(list.map(({ next }) => next)).toEqual(Array(4).fill(undefined))
  })

  it('takes all of another behind its own, and leaves that empty', () => {
    const [a, b, c] = [items(2), items(2), items(1)]
    const queue = filled(a)
    const other = filled(b)
    queue.append(other)
    expect(other.isEmpty).toBe(true)
    for (const item of c) other.push(item as unknown as Run)
    queue.append(other)
    queue.append(new RunQueue())
    expect(rest(queue)).toEqual([...a, ...b, ...c])
    expect(rest(other)).toEqual([])
    const empty = new RunQueue()
    empty.append(filled(a))
    expect(rest(empty)).toEqual(a)
  })

  it('takes out what is settled once that is more than half of it', () => {
    const list = items(100)
    const queue = filled(list)
    const linked = () => list.filter(({ next }) => next).length
    settle(queue, list.slice(0, 50))
    expect(linked()).toBe(99)
    settle(queue, list.slice(50, 51))
    expect(linked()).toBe(48)
    expect(rest(queue)).toEqual(list.slice(51))
  })

  it('counts so when it has taken over another, and after some have left', () => {
    const [a, b] = [items(60), items(60)]
    const queue = filled(a)
    const other = filled(b)
    settle(other, b.slice(0, 30)) // too few to be looked at
    queue.append(other)
    for (const item of a.slice(0, 20)) expect(queue.shift()).toBe(item)
    // 100 are left, and 30 of them settled.
    const linked = () => b.slice(0, 30).filter(({ next }) => next).length
    settle(queue, a.slice(20, 40))
    expect(linked()).toBe(30)
    settle(queue, a.slice(40, 41))
    expect(linked()).toBe(0)
    expect(rest(queue)).toEqual([...a.slice(41), ...b.slice(30)])
  })

  it('counts anew after it has taken out what is settled, or passed over it', () => {
    const list = items(200)
    const queue = filled(list)
    settle(queue, list.slice(0, 101)) // taken out: 99 are left
    const linked = () => list.slice(101).filter(({ next }) => next).length
    settle(queue, list.slice(101, 150)) // 49 of 99
    expect(linked()).toBe(98)
    expect(queue.shift()).toBe(list[150]) // 49 are passed over: 49 are left, and none settled
    settle(queue, list.slice(151, 183)) // 32 of 49: too few to be looked at
    expect(linked()).toBe(48)
    settle(queue, list.slice(183, 184))
    expect(linked()).toBe(15)
    expect(rest(queue)).toEqual(list.slice(184))
  })

  it('does not mind to be told of more than it has', () => {
    const list = items(40)
    const queue = filled([])
    for (let count = 0; count < 40; count += 1) queue.died()
    for (const item of list) queue.push(item as unknown as Run)
    expect(rest(queue)).toEqual(list)
  })
})
