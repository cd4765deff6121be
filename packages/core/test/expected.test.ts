import { inspect } from 'node:util'
import { createRunner, Task } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'

/** What the refusal of a value says that it got. */
function got(value: unknown): string | undefined {
  try {
    createRunner({ concurrency: value as number })
  } catch (error) {
    return /got (.*)$/s.exec((error as Error).message)?.[1]
  }
  return undefined
}

describe('a refused value is shown', () => {
  it('on one line of at most 80 characters', () => {
    const long = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`property${i}`, i]))
    const line = inspect(long, { breakLength: Infinity })
    expect(line.length).toBeGreaterThan(80)
    expect(got(long)).toBe(`\`${line.slice(0, 79)}…\` (Object)`)
    const fits = inspect({ [`a${'b'.repeat(72)}`]: 1 }, { breakLength: Infinity })
    expect(fits).toHaveLength(80)
    expect(got({ [`a${'b'.repeat(72)}`]: 1 })).toBe(`\`${fits}\` (Object)`)
  })

  it('also where it cannot be printed, and where its type cannot be told', () => {
    const mute = {
      [inspect.custom]() {
        throw new Error('no text')
      },
    }
    expect(got(mute)).toBe('`(a value that cannot be printed)` (Object)')
    const typeless = Object.defineProperty({}, 'constructor', {
      get() {
        throw new Error('no type')
      },
    })
    expect(got(typeless)).toMatch(/\(object\)$/)
    expect(got(Object.create(null))).toBe('`[Object: null prototype] {}` (object)')
  })

  it('by its class', () => {
    expect(got(new Task(() => {}))).toMatch(/\(function\)$/)
    expect(got(new Map())).toBe('`Map(0) {}` (Map)')
    expect(got(null)).toBe('`null` (null)')
  })
})
