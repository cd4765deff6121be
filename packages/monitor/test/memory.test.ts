import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { TaskContext } from '@backgrounder/core'
import { expect, it } from 'vitest'
import { Failures } from '../src/failures.js'
import { NameTable } from '../src/name-table.js'
import { printable, printableLines } from '../src/printable.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const MB = 1_048_576

/** A text of one megabyte that is in one piece. */
const long = (start: string) => Buffer.alloc(MB, `${start}.`).toString('latin1')

/** By how many megabytes the heap has grown. */
function growth(work: () => unknown): number {
  const used = () => {
    for (let index = 0; index < 4; index += 1) collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = used()
  const kept = work()
  const after = used()
  expect(kept).toBeDefined()
  return (after - before) / MB
}

const each = (work: (index: number) => unknown) => Array.from({ length: 60 }, (_, i) => work(i))

it('a text that is cut does not keep what it was cut off', () => {
  expect(growth(() => each((i) => printable(long(`text ${i}`))))).toBeLessThan(10)
  expect(growth(() => each((i) => printableLines(long(`text ${i}`), 8_000)))).toBeLessThan(10)
  // Nor what somebody else has cut it off.
  for (const length of [50, 13, 12]) {
    const cut = (i: number) => long(`text ${i}`).slice(0, length)
    expect(growth(() => each((i) => printable(cut(i))))).toBeLessThan(10)
  }
})

it('no name and no failure keeps a megabyte', () => {
  const names = new NameTable()
  const count = (name: string) => names.of(name).settled('succeeded', 1)
  expect(growth(() => each((i) => count(long(`name ${i}`))) && names)).toBeLessThan(10)
  expect([...names]).toHaveLength(60)

  const failures = new Failures()
  const fail = (i: number) => {
    const error = new Error(long(`message ${i}`))
    error.stack = long(`stack ${i}`)
    const id = long(`id ${i}`).slice(0, 40)
    const request = { id: undefined, method: 'GET', url: long(`/path/${i}`) }
    const task = { id, name: long(`name ${i}`), request } as TaskContext
    failures.add('', task, { state: 'failed', attempt: 1, ms: 1, error })
  }
  expect(growth(() => each((i) => i < 20 && fail(i)) && failures)).toBeLessThan(10)
  expect(failures.since(0).length).toBeGreaterThan(0)
})
