import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlainCopy, plainCopy } from '../src/plain-copy.js'

describe('a copy of plain arguments is the one that structuredClone makes', () => {
  it('whatever they are', () => {
    const value = fc.anything({ withDate: true, withBigInt: true, withSparseArray: true })
    let copied = 0
    fc.assert(
      fc.property(fc.array(value), (args) => {
        const copy = plainCopy(args)
        if (!copy) return
        copied += 1
        expect(copy).toStrictEqual(structuredClone(args))
      }),
      { numRuns: 2_000 },
    )
    expect(copied).toBeGreaterThan(200)
  })

  it('what stands in several places is one, and what stands in itself does so', () => {
    const shared = { at: new Date(7) }
    const circle: Record<string, unknown> = { shared, again: [shared, shared.at] }
    circle.self = circle
    const args = [circle, shared]
    const [copy, other] = plainCopy(args) as [typeof circle, typeof shared]
    expect(copy).toStrictEqual(structuredClone(circle))
    expect(copy.self).toBe(copy)
    expect(copy.shared).toBe(other)
    expect((copy.again as unknown[])[1]).toBe(other.at)
    expect(other).not.toBe(shared)
  })

  it('a Date loses what was hung on it, and an invalid one stays so', () => {
    const date = Object.assign(new Date(7), { zone: 'UTC' })
    const [copy, invalid] = plainCopy([date, new Date(Number.NaN)]) as [Date, Date]
    expect(Object.keys(copy)).toEqual([])
    expect(invalid.getTime()).toBeNaN()
  })

  it('what is very deep is no recursion', () => {
    let deep: unknown[] = []
    for (let i = 0; i < 100_000; i++) deep = [deep]
    let depth = 0
    for (let [at] = plainCopy([deep]) as unknown[][]; at; [at] = at as unknown[][]) depth += 1
    expect(depth).toBe(100_001)
  })
})

it.each([
  ['a Buffer', { in: [Buffer.from('ada')] }],
  ['a Map', new Map()],
  ['an instance', new (class Order {})()],
  ['an array of a class', new (class List extends Array {})()],
  ['an object without a prototype', Object.create(null)],
  ['a false array', Object.create(Array.prototype)],
  ['a false Date', Object.create(Date.prototype)],
  ['an array with a hole', new Array(2)],
  ['an array with a name', Object.assign([1], { name: 'ada' })],
  ['a function', { in: () => {} }],
  ['a symbol', [Symbol('ada')]],
  ['a proxy', new Proxy({}, {})],
  ['an own __proto__', JSON.parse('{"__proto__": 7}')],
  [
    'a getter that throws',
    {
      get name() {
        throw new Error('no name')
      },
    },
  ],
])('is not made of what only structuredClone knows: %s', (_, value) => {
  expect(plainCopy([value])).toBe(undefined)
})

it('is known for what it is, and nothing else is taken for it', () => {
  const given = { name: 'ada' }
  const copy = plainCopy([given, 7, null]) as unknown[]
  expect(isPlainCopy(copy)).toBe(true)
  expect(isPlainCopy([...copy, given])).toBe(false)
})
