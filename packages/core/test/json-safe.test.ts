import vm from 'node:vm'
import { background, createRunner } from '@backgrounder/core'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { describe, expect, it } from 'vitest'

const engine = inMemoryEngine()
const runner = createRunner({ engine })
const job = background((..._args: unknown[]) => {}, { name: 'job' })
const enqueue = (...args: unknown[]) => runner.enqueue(job, ...args)

class User {
  readonly name = 'Ada'
}
const circle: Record<string, unknown> = {}
circle.inner = [circle]

// What JSON does to each without a word is why it is refused.
describe('an argument that JSON would change', () => {
  it.each<[string, unknown, string]>([
    [
      'a date',
      { user: { createdAt: new Date(0) } },
      'args[0].user.createdAt is a Date: pass toISOString()',
    ],
    ['undefined', undefined, 'args[0] is undefined: leave it out or pass null'],
    [
      'undefined inside',
      [{ a: undefined }],
      'args[0][0].a is undefined: leave it out or pass null',
    ],
    ['a hole', new Array(2), 'args[0][0] is undefined'],
    ['NaN', { 'not a name': Number.NaN }, 'args[0]["not a name"] is NaN: JSON has no such number'],
    ['Infinity', [Infinity], 'args[0][0] is Infinity'],
    ['a bigint', 7n, 'args[0] is a bigint: pass String(value)'],
    ['a function', () => {}, 'args[0] is a function: a worker is another process'],
    ['a symbol', Symbol('a'), 'args[0] is a symbol'],
    ['a Map', new Map(), 'args[0] is a Map: pass [...value]'],
    ['a Set', new Set(), 'args[0] is a Set: pass [...value]'],
    ['a Buffer', Buffer.from('a'), "args[0] is a Buffer: pass toString('base64')"],
    ['bytes', new Uint8Array(1), 'args[0] is a Uint8Array: pass Buffer.from'],
    ['a URL', new URL('http://a'), 'args[0] is a URL: pass value.href'],
    ['an Error', new Error('a'), 'args[0] is an Error: pass its message'],
    ['an instance', { user: new User() }, 'args[0].user is a User: JSON loses its class'],
    ['what has toJSON', { toJSON: () => 1 }, 'args[0] is an Object'],
    ['a symbol for a key', { [Symbol('a')]: 1 }, 'args[0] has a symbol for a key'],
    ['a circle', circle, 'args[0].inner[0] is a part of itself'],
    ['an array with properties', 'abc'.match(/b/), 'args[0] is an array with properties'],
    ['a class of arrays', new (class List extends Array {})(), 'args[0] is a List'],
    ['an array that has toJSON', Object.assign([1], { toJSON: () => 2 }), 'args[0] is an Array'],
    ['what is nested too deep', JSON.parse('['.repeat(101) + ']'.repeat(101)), 'args[0][0][0]'],
    ['what is nested deeper', JSON.parse('['.repeat(5e4) + ']'.repeat(5e4)), '100 levels'],
    ['a NUL', 'a\0b', 'args[0] has a NUL character'],
    ['a NUL in a key', { 'a\0': 1 }, 'a key of args[0] has a NUL character'],
    ['half of a pair', '\ud83d', 'args[0] has half of a surrogate pair'],
  ])('%s is refused with its path and its mend', async (_, value, message) => {
    await expect(enqueue(value)).rejects.toThrow(TypeError)
    await expect(enqueue(value)).rejects.toThrow(message)
  })

  it('is found behind others', async () => {
    await expect(enqueue(1, [{ a: [null, 2n] }])).rejects.toThrow('args[1][0].a[1] is a bigint')
  })
})

describe('an argument that JSON keeps', () => {
  const shared = { a: 1 }
  it.each<[string, unknown]>([
    ['plain values', { text: 'ä🐢\n', numbers: [0, 1.5, -1e21], no: false, nothing: null }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['an object of another realm', vm.runInNewContext('({ a: [1, { b: 2 }] })')],
    ['one object twice, beside each other', [shared, shared]],
  ])('is stored as it is: %s', async (_, value) => {
    await enqueue(value)
    expect(engine.jobs.at(-1)?.args).toEqual([JSON.parse(JSON.stringify(value))])
  })
})

describe('the size of the arguments', () => {
  it('is 64 KiB of JSON at most', async () => {
    const fits = 'a'.repeat(65_536 - '[""]'.length)
    await enqueue(fits)
    await expect(enqueue(`${fits}a`)).rejects.toThrow(
      'Expected the arguments of job to be 65536 bytes of JSON at most (maxBytes), got 65537',
    )
    await expect(enqueue('ä'.repeat(40_000))).rejects.toThrow('got 80004')
  })

  it('is what the engine says', async () => {
    const small = createRunner({ engine: Object.assign(inMemoryEngine(), { maxBytes: 3 }) })
    await small.enqueue(job, 1)
    await expect(small.enqueue(job, 12)).rejects.toThrow('3 bytes of JSON at most')
  })
})
