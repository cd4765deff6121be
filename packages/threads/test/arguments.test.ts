import { MessageChannel } from 'node:worker_threads'
import { createRunner, Task } from '@backgrounder/core'
import { move } from '@backgrounder/threads'
import { describe, expect, it } from 'vitest'
import { comesTo, makeGate, open } from './gate.js'
import { makePool, work, workIn } from './work.js'

const runner = createRunner()
const echo = work.export('echo')
const pair = work.export('pair')
const plain = 'a clone of it loses its class, pass a plain object, such as { ...value }'
const mend = 'a thread cannot be given it, pass what it needs to know'

describe('what can be cloned', () => {
  it.each([
    ['a Date', new Date(0)],
    ['a Map', new Map([['a', { b: 1 }]])],
    ['a Set', new Set([1, 2])],
    ['a typed array', new Float64Array([1, 2])],
    ['a RegExp', /a/g],
    ['a bigint', 1n],
    ['undefined in an object', { a: undefined }],
    ['a circle', circle()],
  ])('comes to the function as it is: %s', async (_what, value) => {
    expect(await echo.func(value)).toEqual(value)
    await runner.addTask(echo, value).done
  })

  it.each([
    ['alone', () => Buffer.from('ada')],
    [
      'in an object, a Map and a Set',
      () => ({ in: new Map([[1, new Set([Buffer.from('ada')])]]) }),
    ],
    ['twice, and of many bytes', () => [large, { again: large }]],
  ])('comes as a Buffer, also from a function, if it is one: %s', async (_what, make) => {
    expect(await echo.func(make())).toEqual(make())
    const { port1, port2 } = new MessageChannel()
    const answer = new Promise((resolve) => port1.once('message', resolve))
    await runner.addTask(work.export('buffersIn'), make(), move(port2)).done
    expect(await answer).toEqual({ all: 1, lost: 0 })
    port1.close()
  })

  it('takes no more of a Buffer than its bytes', async () => {
    const { port1, port2 } = new MessageChannel()
    const answer = new Promise((resolve) => port1.once('message', resolve))
    await runner.addTask(work.export('sizeOf'), large.subarray(1, 4), move(port2)).done
    expect(await answer).toBe(3)
    port1.close()
  })

  it('is copied when it is added: what is changed later does not change the task', async () => {
    const work = workIn(makePool(1))
    const gate = makeGate()
    runner.addTask(work.export('block'), gate)
    await comesTo(gate)
    const given = { gate: makeGate() }
    const shared = given.gate
    const run = runner.addTask(work.export('markIn'), given)
    given.gate = makeGate()
    open(gate)
    await run.done
    expect([shared[1], given.gate[1]]).toEqual([1, 0])
  })
})

const large = Buffer.alloc(100_000, 'ada')

function circle(): unknown {
  const round: { self?: unknown } = {}
  round.self = round
  return round
}

describe('what cannot be cloned', () => {
  it.each([
    [[1, { onDone() {} }], `args[1].onDone is a function: ${mend}`],
    [[Symbol('a'), 1], `args[0] is a symbol: ${mend}`],
    [[1, [{ 'a b': () => {} }]], `args[1][0]["a b"] is a function: ${mend}`],
    [[new Map([['a', Promise.resolve()]]), 1], `args[0].get("a") is a Promise: ${mend}`],
    [[new Set([new WeakMap()]), 1], `args[0] (element 0) is a WeakMap: ${mend}`],
    [[{ answer: new WeakRef({}) }, 1], `args[0].answer is a WeakRef: ${mend}`],
  ])('is refused by addTask, by its path: %j', (args, message) => {
    const [a, b] = args
    const { pending } = runner.stats
    expect(() => runner.addTask(pair, a, b)).toThrow(TypeError)
    expect(() => runner.addTask(pair, a, b)).toThrow(message)
    expect(() => runner.addTask(pair.with({ timeout: 1_000 }), a, b)).toThrow(message)
    expect(() => pair(a, b)).toThrow(message)
    expect(() => new Task(pair, a, b)).toThrow(message)
    expect(runner.stats.pending).toBe(pending)
  })

  it.each([
    [{ user: new (class User {})() }, `args[0].user is a User: ${plain}`],
    [[Object.create({ inherited: 1 })], `args[0][0] is an Object: ${plain}`],
    [{ search: new URLSearchParams('a=1') }, 'args[0].search is a URLSearchParams: '],
    [{ at: new URL('http://localhost/') }, 'args[0].at is a URL: pass value.href'],
  ])('or would lose its class is refused, by its path: %j', async (arg, message) => {
    expect(() => runner.addTask(echo, arg)).toThrow(message)
    await expect(echo.func(arg)).rejects.toThrow(message)
    expect(() => new Task(echo, arg)).toThrow(message)
  })

  it('is refused by a direct call too', async () => {
    await expect(pair.func(1, { onDone() {} })).rejects.toThrow(
      new TypeError(`args[1].onDone is a function: ${mend}`),
    )
  })

  it('has its reason as the cause', () => {
    try {
      runner.addTask(echo, () => {})
      expect.unreachable()
    } catch (error) {
      expect((error as Error).cause).toMatchObject({ name: 'DataCloneError' })
    }
  })
})
