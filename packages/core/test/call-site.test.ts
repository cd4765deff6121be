import { runInThisContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { callSite } from '../src/report.js'

const entry = (): string | undefined => callSite(entry)

/** Calls `entry` in the 14th line of a file of that name. */
function calledIn(filename: string, code: string): string | undefined {
  return runInThisContext(`(${code})`, { filename, lineOffset: 13 })(entry)
}

describe('where a task was added', () => {
  const named = 'function signup(add) { return add() }'
  const anonymous = '(add) => add()'

  it.each([
    ['in the working folder', `${process.cwd()}/src/signup.ts`, 'src/signup.ts:14'],
    ['elsewhere', '/srv/app/signup.ts', '/srv/app/signup.ts:14'],
    ['in a folder with parentheses', '/srv/app (1)/a (b).ts', '/srv/app (1)/a (b).ts:14'],
    ['in an ES module', 'file:///srv/my%20app/signup.ts', '/srv/my app/signup.ts:14'],
    ['beside a number', '/srv/app:80/signup.ts', '/srv/app:80/signup.ts:14'],
  ])('is a file and a line: %s', (_, filename, site) => {
    expect(calledIn(filename, named)).toBe(site)
    expect(calledIn(filename, anonymous)).toBe(site)
  })

  it('is unknown where no file has called', () => {
    expect([0].map(entry)).toEqual([undefined])
  })

  it('is one frame, and leaves the stacks of others as long as they were', () => {
    const limit = Error.stackTraceLimit
    calledIn('/srv/app/signup.ts', named)
    expect(Error.stackTraceLimit).toBe(limit)
  })

  it('is unknown where nobody may set how long a stack is', () => {
    const before = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor
    Object.defineProperty(Error, 'stackTraceLimit', { ...before, writable: false })
    const site = calledIn('/srv/app/signup.ts', named)
    Object.defineProperty(Error, 'stackTraceLimit', before)
    expect(site).toBeUndefined()
  })
})
