import { createRunner } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

const trap = () => {
  throw new Error('a trap')
}
const hostile: object = new Proxy({}, new Proxy({}, { get: () => trap }))
const revoked = Proxy.revocable({}, {})
revoked.revoke()

const errors: [string, unknown][] = [
  ['an Error', new Error('no route')],
  ['undefined', undefined],
  ['null', null],
  ['a string', 'no route'],
  ['a symbol', Symbol('no route')],
  ['a frozen Error', Object.freeze(new Error('frozen'))],
  ['an object without a prototype', Object.create(null)],
  ['an Error without a prototype', Object.setPrototypeOf(new Error('bare'), null)],
  ['a hostile Proxy', hostile],
  ['a revoked Proxy', revoked.proxy],
  ['a function', () => {}],
  ['an Error whose message throws', Object.defineProperty(new Error(), 'message', { get: trap })],
  ['an Error whose stack throws', Object.defineProperty(new Error(), 'stack', { get: trap })],
  ['an Error whose message is no string', Object.assign(new Error(), { message: 42 })],
  ['an Error that is its own cause', cyclic()],
]

function cyclic(): Error {
  const error = new Error('round')
  error.cause = error
  return error
}

// expect() is kept from the errors themselves: to print some of them is to fail.
async function caught(promise: Promise<void>): Promise<{ error: unknown }> {
  return promise.then(
    () => ({ error: 'nothing was thrown' }),
    (error: unknown) => ({ error }),
  )
}

describe.each(errors)('a failure with %s', (_, error) => {
  const kinds: [string, () => unknown][] = [
    [
      'thrown',
      () => {
        throw error
      },
    ],
    ['rejected', () => Promise.reject(error)],
    [
      'thrown after an await',
      async () => {
        await turn()
        throw error
      },
    ],
  ]

  it.each(kinds)('that is %s settles its task alone', async (_kind, fail) => {
    const reports: string[] = []
    const runner = createRunner({ logger: { error: (message) => reports.push(message) } })
    const failing = runner.addTask(fail)
    const next = runner.addTask(() => {})
    const thrown = await caught(failing.done)
    expect(thrown.error === error).toBe(true)
    expect(failing.error === error).toBe(true)
    expect(failing.state).toBe('failed')
    await next.done
    expect(runner.stats).toMatchObject({ pending: 0, succeeded: 1, failed: 1 })
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/^task \S+ failed · attempt 1\/1 · \d+ ms\n {4}/)
  })
})

describe('a failure', () => {
  it('never stops the other tasks of its response', async () => {
    const seen: number[] = []
    const { tasks, runner, end } = fakeResponse()
    tasks.addTask(() => seen.push(1))
    tasks.addTask(() => Promise.reject(new Error('no route')))
    tasks.addTask(() => {
      throw new Error('no route')
    })
    tasks.addTask(() => seen.push(2))
    end()
    await runner.settled()
    expect(seen).toEqual([1, 2])
  })

  it('is settled once when a thenable settles twice', async () => {
    const failures: unknown[] = []
    const runner = createRunner({ onError: (error) => failures.push(error) })
    const run = runner.addTask(() => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      then(resolve: () => void, reject: (error: unknown) => void) {
        reject('first')
        reject('second')
        resolve()
      },
    }))
    await expect(run.done).rejects.toBe('first')
    await turn()
    expect(failures).toEqual(['first'])
    expect(runner.stats).toMatchObject({ pending: 0, succeeded: 0, failed: 1 })
  })

  it('is contained also when the name of the function cannot be printed', async () => {
    const func = () => Promise.reject(new Error('no route'))
    Object.defineProperty(func, 'name', { value: Symbol('a name') })
    const runner = createRunner({ logger: { error() {} } })
    const run = runner.addTask(func)
    const next = runner.addTask(() => {})
    await expect(run.done).rejects.toThrow('no route')
    await next.done
    expect(runner.stats.pending).toBe(0)
  })
})

it('a function whose name cannot be read fails as any other, and the runner goes on', async () => {
  const runner = createRunner({ logger: { error: () => {} } })
  const func = Object.defineProperty(
    () => {
      throw new Error('it fails')
    },
    'name',
    {
      get() {
        throw new Error('no name')
      },
    },
  )
  const run = runner.addTask(func)
  const next = runner.addTask(() => {})
  await runner.settled()
  expect([run.state, next.state]).toEqual(['failed', 'succeeded'])
})

it('a frozen Error does not keep a task from being added', async () => {
  const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor
  Object.defineProperty(Error, 'stackTraceLimit', { ...limit, writable: false })
  try {
    const runner = createRunner()
    const run = runner.addTask(() => {})
    await runner.settled()
    expect(run.state).toBe('succeeded')
  } finally {
    Object.defineProperty(Error, 'stackTraceLimit', limit)
  }
})

it('adding a task leaves Error.stackTraceLimit as it is', () => {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 7
  createRunner().addTask(() => {})
  expect(Error.stackTraceLimit).toBe(7)
  Error.stackTraceLimit = limit
})
