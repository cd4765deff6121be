import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Around,
  createRunner,
  currentTask,
  type RunnerOptions,
  type TaskRun,
} from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { childProcesses } from './child.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()
const runChild = childProcesses()

const around = (wrap: Around, options: RunnerOptions = {}) =>
  createRunner({ onError: () => {}, around: wrap, ...options })

const noRoute = new Error('no route')
const fail = () => Promise.reject(noRoute)

describe('`around`', () => {
  it('wraps the function of each attempt, and is given the run', async () => {
    const steps: unknown[] = []
    const runner = around(
      async (run, next) => {
        steps.push(['before', run.name, run.attempt, run.state])
        try {
          return await next()
        } finally {
          steps.push('after')
        }
      },
      { retries: { attempts: 2, delay: 0 } },
    )
    const run = runner.addTask(async function send() {
      steps.push('send')
      if (run.attempt === 1) throw noRoute
    })
    await runner.settled()
    expect(steps).toEqual([
      ['before', 'send', 1, 'running'],
      'send',
      'after',
      ['before', 'send', 2, 'running'],
      'send',
      'after',
    ])
    expect(run.state).toBe('succeeded')
  })

  it("runs in the task's own async context; what it enters is there in the function", async () => {
    const mine = new AsyncLocalStorage<string>()
    const spans = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const { tasks, runner, end } = fakeResponse({
      around(run, next) {
        seen.push(mine.getStore())
        return spans.run(`span of ${run.name}`, next)
      },
    })
    mine.run('mine', () =>
      tasks.addTask(async function send() {
        await pass(0)
        seen.push([mine.getStore(), spans.getStore()])
      }),
    )
    mine.run('other', end)
    await runner.settled()
    expect(seen).toEqual(['mine', ['mine', 'span of send']])
  })

  it('is given what the function returns: a promise, or a value as it is', async () => {
    const results: unknown[] = []
    const runner = around((_run, next) => {
      const result = next()
      results.push(result)
      return result
    })
    runner.addTask(() => 42)
    runner.addTask(async () => 43)
    await runner.settled()
    expect(results).toEqual([42, expect.any(Promise)])
    expect(await results[1]).toBe(43)
  })

  it('is not called for a task that is skipped, cancelled or refused', async () => {
    const wrap = vi.fn((_run: TaskRun, next: () => unknown) => next())
    const { tasks, runner, end } = fakeResponse({ around: wrap })
    tasks.with({ when: () => false }).addTask(() => {})
    tasks.addTask(() => {}).cancel()
    end()
    await runner.settled()
    expect(wrap).not.toHaveBeenCalled()
  })

  it('leaves currentTask() in the function as it is', async () => {
    const seen: unknown[] = []
    const runner = around(async (_run, next) => {
      await pass(0)
      return next()
    })
    const run = runner.addTask(() => void seen.push(currentTask()))
    await runner.settled()
    expect(seen).toEqual([run])
  })

  const outcomes: [string, Around, () => unknown, string, unknown][] = [
    ['passes on', (_run, next) => next(), fail, 'failed', noRoute],
    ['passes on, async', async (_run, next) => next(), fail, 'failed', noRoute],
    [
      'swallows the error',
      async (_run, next) => Promise.resolve(next()).catch(() => {}),
      fail,
      'succeeded',
      undefined,
    ],
    [
      'throws another error',
      async (_run, next) => {
        await next()
        throw noRoute
      },
      () => {},
      'failed',
      noRoute,
    ],
    [
      'throws before it calls next()',
      () => {
        throw noRoute
      },
      () => {},
      'failed',
      noRoute,
    ],
    [
      'rejects before it calls next()',
      async () => {
        throw noRoute
      },
      () => {},
      'failed',
      noRoute,
    ],
    [
      'throws after it has called next()',
      (_run, next) => {
        void next()
        throw noRoute
      },
      async () => {},
      'failed',
      noRoute,
    ],
    [
      'is not async, and forgets to return what next() has returned',
      (_run, next) => {
        void next()
      },
      fail,
      'failed',
      noRoute,
    ],
    ['returns a thenable', (_run, next) => thenable(next), fail, 'failed', noRoute],
  ]

  function thenable(next: () => unknown) {
    return {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      then: (resolve: (value: unknown) => void) => resolve(next()),
    }
  }

  it.each(outcomes)('that %s makes the outcome', async (_, wrap, func, state, error) => {
    const runner = around(wrap)
    const run = runner.addTask(func)
    await runner.settled()
    expect([run.state, run.error]).toEqual([state, error])
    expect(runner.stats).toMatchObject({ running: 0, pending: 0 })
  })

  it.each<[string, Around]>([
    ['sync', () => 'nothing'],
    ['async', async () => 'nothing'],
  ])('that never calls next() fails the task: %s', async (_, wrap) => {
    const runner = around(wrap)
    const func = vi.fn()
    const run = runner.addTask(func)
    await runner.settled()
    expect(run).toMatchObject({
      state: 'failed',
      error: new TypeError(
        'Expected `around` to call next(): the task has not run. Return what next() returns',
      ),
    })
    expect(func).not.toHaveBeenCalled()
  })

  it.each<[string, Around]>([
    [
      'sync',
      (_run, next) => {
        next()
        return next()
      },
    ],
    [
      'async',
      async (_run, next) => {
        await next()
        return next()
      },
    ],
    ['both at once', (_run, next) => Promise.all([next(), next()])],
  ])('that calls next() twice fails, and the function runs once: %s', async (_, wrap) => {
    const runner = around(wrap)
    const func = vi.fn(async () => {})
    const run = runner.addTask(func)
    await runner.settled()
    expect(run.error).toEqual(
      new TypeError(
        'Expected `around` to call next() once: it did so again. For another attempt: retries',
      ),
    )
    expect(func).toHaveBeenCalledOnce()
  })

  it.each<[string, (next: () => unknown) => unknown]>([
    ['sync', () => {}],
    ['async', async () => {}],
  ])('that calls next() when it has ended runs nothing: %s', async (_, end) => {
    const nexts: (() => unknown)[] = []
    const runner = around((_run, next) => {
      nexts.push(next)
      return end(next)
    })
    const func = vi.fn()
    const run = runner.addTask(func)
    await runner.settled()
    expect(run.state).toBe('failed')
    const late = new TypeError(
      'Expected `around` to call next() before it ends: it has ended. Return what next() returns',
    )
    let thrown: unknown
    try {
      nexts[0]?.()
    } catch (error) {
      thrown = error
    }
    expect(thrown).toEqual(late)
    expect(func).not.toHaveBeenCalled()
  })
})

describe('a function that outlasts its `around`', () => {
  const forgets: [string, Around][] = [
    [
      'resolves',
      async (_run, next) => {
        void next()
      },
    ],
    [
      'rejects',
      async (_run, next) => {
        void next()
        throw noRoute
      },
    ],
    [
      'throws',
      (_run, next) => {
        void next()
        throw noRoute
      },
    ],
  ]

  it.each(forgets)('that %s holds the slot until it has ended', async (_, wrap) => {
    const runner = around(wrap, { concurrency: 1 })
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    const next = runner.addTask(() => {})
    await pass(0)
    expect([run.state, next.state, runner.stats.running]).toEqual(['running', 'ready', 1])
    gate.resolve()
    await runner.settled()
    expect(['succeeded', 'failed']).toContain(run.state)
    expect(next.state).not.toBe('ready')
  })

  it('and rejects is no unhandled rejection', async () => {
    const { code, stdout, stderr } = await runChild(`
const { createRunner } = require('@backgrounder/core')
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const arounds = [
  async (run, next) => { next(); await later(5) },
  async (run, next) => { next(); await later(5); throw new Error('around') },
  (run, next) => { next(); throw new Error('around') },
  (run, next) => { next() },
]
const states = []
for (const around of arounds) {
  const runner = createRunner({ around, onError() {}, blockedWarning: false })
  const run = runner.addTask(() => Promise.reject(new Error('no route')))
  runner.addTask(async () => { await later(10); throw new Error('no route') })
  runner.settled().then(() => states.push(run.state))
}
process.on('exit', () => console.log(states.sort().join()))
`)
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'failed,failed,failed,succeeded\n',
      stderr: '',
    })
  })

  it('that is a lazy query starts once', async () => {
    let started = 0
    const query = () => ({
      // biome-ignore lint/suspicious/noThenProperty: query builders start their work in it
      then(resolve: () => void) {
        started += 1
        resolve()
      },
    })
    const arounds: Around[] = [
      async (_run, next) => next(),
      async (_run, next) => void (await next()),
      (_run, next) => next(),
      async (_run, next) => void next(),
    ]
    for (const wrap of arounds) {
      const runner = around(wrap)
      runner.addTask(query)
      await runner.settled()
    }
    expect(started).toBe(arounds.length)
  })
})

describe('`around` and the other policies', () => {
  it('a timeout counts from its start', async () => {
    const gate = deferred()
    const runner = around(
      async (_run, next) => {
        await gate.promise
        return next()
      },
      { timeout: 50 },
    )
    const run = runner.addTask(() => {})
    await pass(50)
    expect(run.state).toBe('timedOut')
    gate.resolve()
    await runner.settled()
  })

  const stops: [string, (run: TaskRun) => unknown, string][] = [
    ['has timed out', () => pass(50), 'timedOut'],
    ['was cancelled', (run) => run.cancel(), 'cancelled'],
  ]

  it.each(stops)('a task that %s before next() does not start', async (_, stop, state) => {
    const gate = deferred()
    const runner = around(
      async (_run, next) => {
        await gate.promise
        return next()
      },
      { timeout: 50 },
    )
    const func = vi.fn()
    const run = runner.addTask(func)
    await pass(0)
    await stop(run)
    gate.resolve()
    await runner.settled()
    expect([run.state, func.mock.calls.length]).toEqual([state, 0])
  })

  it('may cancel its own run, and add tasks', async () => {
    const seen: string[] = []
    const runner = around((run, next) => {
      if (run.name === 'send') {
        run.cancel()
        runner.addTask(function audit() {
          seen.push('audit')
        })
      }
      return next()
    })
    const run = runner.addTask(function send() {
      seen.push('send')
    })
    await runner.settled()
    expect([run.state, seen]).toEqual(['cancelled', ['audit']])
  })

  it('may drain, and not wait for it', async () => {
    const drains: Promise<unknown>[] = []
    const runner = around((_run, next) => {
      drains.push(runner.drain())
      return next()
    })
    runner.addTask(() => {})
    await runner.settled()
    expect(await Promise.all(drains)).toMatchObject([{ ok: true, succeeded: 1 }])
  })
})
