import { getEventListeners } from 'node:events'
import { createRunner, currentTask, Task, type TaskOptions, Tasks } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { published } from './channels.js'
import { childProcesses } from './child.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'

const pass = fakeClock()
const runChild = childProcesses()
const noRoute = new Error('no route')

/** How a call has ended, without waiting for it. */
function watch(call: Promise<void>) {
  const outcome: { state: string; error?: unknown } = { state: 'running' }
  call.then(
    () => {
      outcome.state = 'resolved'
    },
    (error) => {
      outcome.state = 'rejected'
      outcome.error = error
    },
  )
  return outcome
}

// Outside of a runner a Task and a Tasks obey the same options.
const kinds: [string, (func: () => unknown, options: TaskOptions) => Task][] = [
  ['await task()', (func, options) => new Task(func).with({ name: 'work', ...options })],
  [
    'await tasks()',
    (func, options) => new Tasks([new Task(func)]).with({ name: 'work', ...options }),
  ],
  [
    'await tasks() of a group',
    (func, options) =>
      new Tasks([new Task(func)], { asGroup: true }).with({ name: 'work', ...options }),
  ],
]

describe.each(kinds)('%s outside of a runner', (kind, make) => {
  it('counts the synchronous part of a function in its timeout too', async () => {
    const task = make(
      () => {
        vi.advanceTimersByTime(40) // it computes
        return new Promise((resolve) => setTimeout(resolve, 30))
      },
      { timeout: 50 },
    )
    const outcome = watch(task())
    await pass(9)
    expect(outcome.state).toBe('running')
    await pass(1)
    expect(outcome).toMatchObject({ state: 'rejected', error: { code: 'BG_TIMEOUT' } })
  })

  it('rejects with a TimeoutError at its deadline; the signal is aborted', async () => {
    let signal: AbortSignal | undefined
    const gate = deferred()
    const task = make(
      () => {
        signal = currentTask()?.signal
        return gate.promise
      },
      { timeout: 50 },
    )
    const outcome = watch(task())
    await pass(49)
    expect([outcome.state, signal?.aborted]).toEqual(['running', false])
    await pass(1)
    expect(outcome).toMatchObject({
      state: 'rejected',
      error: {
        code: 'BG_TIMEOUT',
        message: 'Task work timed out: not ended after 50 ms (timeout)',
      },
    })
    expect(signal?.reason).toBe(outcome.error)
    gate.reject(noRoute) // nobody's any more, and no unhandled rejection
    await pass(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    ['resolves', async () => {}],
    [
      'rejects',
      async () => {
        throw noRoute
      },
    ],
    ['returns', () => {}],
    [
      'throws',
      () => {
        throw noRoute
      },
    ],
  ])('leaves no timer and no listener behind when its function %s', async (_, func) => {
    const { signal } = new AbortController()
    await make(func, { timeout: 50, signal })().catch(() => {})
    expect([vi.getTimerCount(), getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })

  it('tries again, with the delays of `retries`', async () => {
    const events = published<{ attempt: number; delay: number }>('task.retried')
    let calls = 0
    const task = make(
      async () => {
        calls += 1
        if (calls < 3) throw noRoute
      },
      { retries: { attempts: 3, delay: 100, jitter: false } },
    )
    const outcome = watch(task())
    await pass(99)
    expect([outcome.state, calls]).toEqual(['running', 1])
    await pass(1)
    expect(calls).toBe(2)
    await pass(200)
    expect([outcome.state, calls]).toEqual(['resolved', 3])
    expect(events.map(({ attempt, delay }) => [attempt, delay])).toEqual([
      [1, 100],
      [2, 200],
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('rejects with the error of the last attempt', async () => {
    const errors = [new Error('first'), new Error('second')]
    let calls = 0
    const task = make(() => Promise.reject(errors[calls++]), { retries: { attempts: 2, delay: 0 } })
    const outcome = watch(task())
    await pass(1)
    const { error } = outcome
    const last = kind.endsWith('group') ? (error as AggregateError).errors[0] : error
    expect([calls, last]).toEqual([2, errors[1]])
  })

  it('starts another attempt when the function has really ended, never beside it', async () => {
    const gates = [deferred(), deferred()]
    let calls = 0
    const task = make(() => gates[calls++]?.promise, {
      timeout: 50,
      retries: { attempts: 2, delay: 0 },
    })
    const outcome = watch(task())
    await pass(1000)
    expect([calls, outcome.state]).toEqual([1, 'running'])
    gates[0]?.resolve()
    await pass(1)
    expect(calls).toBe(2)
    await pass(50)
    expect(outcome).toMatchObject({ state: 'rejected', error: { code: 'BG_TIMEOUT' } })
    gates[1]?.resolve()
  })

  it('has the attempt, and a signal of its own for each', async () => {
    const seen: [number | undefined, boolean | undefined][] = []
    const task = make(
      async () => {
        const inner = currentTask()
        await new Promise((resolve) => setTimeout(resolve, seen.length === 0 ? 60 : 10))
        seen.push([inner?.attempt, inner?.signal.aborted])
      },
      { timeout: 50, retries: { attempts: 2, delay: 0 } },
    )
    const outcome = watch(task())
    for (let ms = 0; ms < 100; ms += 10) await pass(10)
    expect(outcome.state).toBe('resolved')
    expect(seen.map(([, aborted]) => aborted)).toEqual([true, false])
    if (kind === 'await task()') expect(seen.map(([attempt]) => attempt)).toEqual([1, 2])
  })

  it('does not start when its signal has aborted, and rejects with the reason', async () => {
    const func = vi.fn()
    const task = make(func, { signal: AbortSignal.abort('before') })
    await expect(task()).rejects.toBe('before')
    expect(func).not.toHaveBeenCalled()
  })

  it('has its own signal aborted with the given one, and waits for the function', async () => {
    const retried = published('task.retried')
    const controller = new AbortController()
    const gate = deferred()
    let signal: AbortSignal | undefined
    const task = make(
      () => {
        signal = currentTask()?.signal
        return gate.promise
      },
      { signal: controller.signal, retries: 3 },
    )
    const outcome = watch(task())
    await pass(0)
    controller.abort('the user left')
    await pass(0)
    expect([signal?.reason, outcome.state]).toEqual(['the user left', 'running'])
    gate.reject(noRoute)
    await pass(10_000)
    const { error } = outcome // the function's own
    expect(kind.endsWith('group') ? (error as AggregateError).errors : [error]).toEqual([noRoute])
    expect(retried).toEqual([])
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('rejects with the reason at once when the signal aborts while a retry waits', async () => {
    const controller = new AbortController()
    const func = vi.fn(() => Promise.reject(noRoute))
    const outcome = watch(make(func, { signal: controller.signal, retries: 3 })())
    await pass(0)
    controller.abort('the user left')
    await pass(0)
    expect(outcome).toMatchObject({ state: 'rejected', error: 'the user left' })
    expect([func.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0])
  })

  it('does not try again when its signal is aborted by retryIf', async () => {
    const controller = new AbortController()
    const func = vi.fn(() => Promise.reject(noRoute))
    const retryIf = () => {
      controller.abort('enough')
      return true
    }
    const outcome = watch(make(func, { signal: controller.signal, retries: { retryIf } })())
    await pass(100_000)
    expect(outcome).toMatchObject({ state: 'rejected', error: 'enough' })
    expect(func).toHaveBeenCalledOnce()
  })

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('not me')
      },
      'not me',
    ],
    ['is async', async () => true, 'Expected `retryIf(error, attempt)` to be true or false'],
  ])('loses no error when retryIf %s', async (_, retryIf, message) => {
    const task = make(() => Promise.reject(noRoute), {
      retries: { retryIf: retryIf as () => boolean },
    })
    const error = (await task().catch((thrown: unknown) => thrown)) as AggregateError
    expect(error).toMatchObject({ name: 'AggregateError', message: 'retryIf failed too' })
    expect(error.errors[1]).toMatchObject({ message: expect.stringContaining(message) })
    expect(JSON.stringify(error.errors[0], Object.getOwnPropertyNames(error.errors[0]))).toContain(
      'no route',
    )
  })

  it('may be called any number of times at once with one signal, without a warning', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const controller = new AbortController()
    const gate = deferred()
    const task = make(() => gate.promise, { signal: controller.signal })
    const calls = Array.from({ length: 30 }, () => task())
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
    gate.resolve()
    await Promise.all(calls)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('takes a signal of another make', async () => {
    const polyfill = (aborted: boolean) =>
      ({
        aborted,
        reason: 'polyfilled',
        addEventListener() {},
        removeEventListener() {},
      }) as unknown as AbortSignal
    await expect(make(() => {}, { signal: polyfill(false) })()).resolves.toBeUndefined()
    await expect(make(() => {}, { signal: polyfill(true) })()).rejects.toBe('polyfilled')
  })

  it.each([Infinity, false, 2 ** 31] as const)('timeout %s is no limit', async (timeout) => {
    const gate = deferred()
    const outcome = watch(make(() => gate.promise, { timeout, retries: 1 })())
    await pass(1e6)
    expect(outcome.state).toBe('running')
    gate.resolve()
    await pass(0)
    expect(outcome.state).toBe('resolved')
  })
})

describe('inside of another', () => {
  it('a task past its time is waited for until its function has ended', async () => {
    const gate = deferred()
    const steps: string[] = []
    const slow = new Task(() => gate.promise.then(() => steps.push('slow has ended'))).with({
      timeout: 50,
    })
    const outcome = watch(
      new Tasks([slow, new Task(() => steps.push('next'))], { onFailure: 'continue' })(),
    )
    await pass(1000)
    expect([outcome.state, steps]).toEqual(['running', []])
    gate.resolve()
    await pass(0)
    expect(steps).toEqual(['slow has ended', 'next'])
    expect(outcome.error).toMatchObject({ errors: [{ code: 'BG_TIMEOUT' }] })
  })

  it('a task of a group past its time aborts the others, and all are waited for', async () => {
    const gates = [deferred(), deferred()]
    const signals: AbortSignal[] = []
    const hang = (gate: Promise<void>) =>
      new Task(() => {
        signals.push(currentTask()?.signal as AbortSignal)
        return gate
      })
    const [first, second] = gates.map(({ promise }) => hang(promise) as Task) as [Task, Task]
    const group = new Tasks([first.with({ timeout: 50 }), second], { asGroup: true })
    const outcome = watch(group())
    await pass(50)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
    gates[0]?.resolve()
    await pass(0)
    expect([signals[1]?.aborted, outcome.state]).toEqual([true, 'running'])
    gates[1]?.resolve()
    await pass(0)
    expect(outcome.error).toMatchObject({ errors: [{ code: 'BG_TIMEOUT' }] })
  })

  it('each of a list has retries of its own; the list goes on with the next', async () => {
    const steps: string[] = []
    const list = new Tasks([
      new Task(() => {
        steps.push('first')
        if (steps.length < 3) throw noRoute
      }).with({ retries: { attempts: 3, delay: 10, jitter: false } }),
      new Task(() => steps.push('second')),
    ])
    const outcome = watch(list())
    for (let ms = 0; ms < 50; ms += 10) await pass(10)
    expect([outcome.state, steps]).toEqual(['resolved', ['first', 'first', 'first', 'second']])
  })

  it('a retry that waits is given up when a sibling of its group fails', async () => {
    const gate = deferred()
    const func = vi.fn(() => Promise.reject(noRoute))
    const group = new Tasks(
      [new Task(func).with({ retries: { jitter: false } }), new Task(() => gate.promise)],
      {
        asGroup: true,
      },
    )
    const outcome = watch(group())
    await pass(0)
    gate.reject(new Error('the sibling'))
    await pass(0)
    expect(outcome).toMatchObject({ state: 'rejected' })
    expect(func).toHaveBeenCalledOnce()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('the timeout of the list aborts the task in it, whose own is longer', async () => {
    let signal: AbortSignal | undefined
    const gate = deferred()
    const inner = new Task(() => {
      signal = currentTask()?.signal
      return gate.promise
    }).with({ timeout: 1000, retries: 3 })
    const next = vi.fn()
    const outcome = watch(new Tasks([inner, new Task(next)]).with({ timeout: 50 })())
    await pass(50)
    expect(outcome).toMatchObject({ state: 'rejected', error: { code: 'BG_TIMEOUT' } })
    expect(signal?.reason).toBe(outcome.error)
    gate.resolve()
    await pass(10_000)
    expect(next).not.toHaveBeenCalled()
  })

  it('a task that is awaited by a task of a runner obeys its own policies', async () => {
    const runner = createRunner({ onError: () => {}, retries: 0 })
    const func = vi.fn(() => Promise.reject(noRoute))
    const inner = new Task(func).with({ retries: { attempts: 3, delay: 0 } })
    const run = runner.addTask(() => inner())
    for (let count = 0; count < 5; count += 1) await pass(1)
    expect([run.state, run.attempt, func.mock.calls.length]).toEqual(['failed', 1, 3])
  })

  it('a task that a runner runs has its policies once: by the runner', async () => {
    const runner = createRunner({ onError: () => {} })
    const func = vi.fn(() => Promise.reject(noRoute))
    const options = { retries: { attempts: 3, delay: 0 } }
    const runs = [
      runner.addTask(new Task(func).with(options)),
      runner.addTask(new Tasks([new Task(func)]).with(options)),
      runner.addTask(new Tasks([new Task(func)], { asGroup: true }).with(options)),
    ]
    await runner.settled()
    expect(runs.map(({ attempt }) => attempt)).toEqual([3, 3, 3])
    expect(func).toHaveBeenCalledTimes(9)
  })

  it('the same for a Task whose `run` is its own', async () => {
    class Loud extends Task {
      override async run(): Promise<void> {
        calls.push('loud')
        await super.run()
      }
    }
    const calls: string[] = []
    const runner = createRunner({ onError: () => {} })
    const func = vi.fn(() => Promise.reject(noRoute))
    const task = new Loud(func)
    Object.defineProperty(task, 'options', {
      value: { retries: { attempts: 3, delay: 0 } },
    })
    const run = runner.addTask(task)
    await runner.settled()
    expect([run.attempt, func.mock.calls.length, calls.length]).toEqual([3, 3, 3])
  })
})

it('a process waits for a retry and for a deadline that it awaits', async () => {
  const { code, stdout } = await runChild(`
const { Task } = require('@backgrounder/core')
const fail = async () => { throw new Error('no route') }
const retried = new Task(fail).with({ retries: { attempts: 2, delay: 20, jitter: false } })
const hang = new Task(() => new Promise(() => {})).with({ timeout: 20 })
retried().catch((error) => console.log(error.message))
hang().catch((error) => console.log(error.code))
`)
  expect(code).toBe(0)
  expect(stdout.trim().split('\n').toSorted()).toEqual(['BG_TIMEOUT', 'no route'])
})
