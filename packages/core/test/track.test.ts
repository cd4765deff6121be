import { createRunner, type RunnerOptions, type TaskRun } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { published } from './channels.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()

const places: [string, (options?: RunnerOptions) => Place][] = [
  [
    'a runner',
    (options) => {
      const runner = createRunner({ onError: () => {}, ...options })
      return { runner, track: (promise) => runner.track(promise as Promise<unknown>) }
    },
  ],
  [
    'a response',
    (options) => {
      const { runner, tasks } = fakeResponse(options)
      return { runner, track: (promise) => tasks.track(promise as Promise<unknown>) }
    },
  ],
  [
    'a view on a response',
    (options) => {
      const { runner, tasks } = fakeResponse(options)
      const view = tasks.with({})
      return { runner, track: (promise) => view.track(promise as Promise<unknown>) }
    },
  ],
]

interface Place {
  readonly runner: ReturnType<typeof createRunner>
  readonly track: (promise: unknown) => TaskRun
}

it.each([{ timeout: 10 }, { queueTimeout: 10 }, { retries: 2 }, { when: 'success' as const }])(
  'with(%j).track(promise) is refused: a promise runs already',
  (options) => {
    const { tasks, runner } = fakeResponse()
    const view = tasks.with({ name: 'upload', ...options })
    expect(() => view.track(Promise.resolve())).toThrow(TypeError)
    const [key] = Object.keys(options)
    expect(() => view.track(Promise.resolve())).toThrow(
      `Expected \`the options of with(…).track\` to be name or signal, got \`{ ${key}: `,
    )
    expect(runner.stats.pending).toBe(0)
  },
)

// biome-ignore-start lint/suspicious/noThenProperty: thenables are what some of these are about
describe.each(places)('track(promise) of %s', (_, make) => {
  it('follows a promise that is running already, and is drained', async () => {
    const { runner, track } = make()
    const accepted = published('task.accepted')
    const gate = deferred()
    const run = track(gate.promise)
    expect([run.state, run.attempt, runner.stats.pending]).toEqual(['running', 1, 1])
    expect(accepted).toEqual([{ task: run }])
    let isDrained = false
    const drained = runner.drain().finally(() => {
      isDrained = true
    })
    await pass(0)
    expect(isDrained).toBe(false)
    gate.resolve()
    expect(await drained).toMatchObject({ ok: true, succeeded: 1 })
    await expect(run.done).resolves.toBeUndefined()
  })

  it('reports a rejection like the failure of a task, which then is no unhandled one', async () => {
    const onError = vi.fn()
    const { runner, track } = make({ onError })
    const error = new Error('no route')
    const run = track(Promise.reject(error))
    await runner.settled()
    expect([run.state, run.error]).toEqual(['failed', error])
    expect(onError.mock.calls).toEqual([[error, run]])
    await expect(run.done).rejects.toBe(error)
  })

  it('takes no slot, and needs none', async () => {
    const { runner, track } = make({ concurrency: 1 })
    const gate = deferred()
    track(gate.promise)
    track(gate.promise)
    expect(runner.stats).toMatchObject({ running: 0, pending: 2 })
    const run = runner.addTask(() => {})
    await pass(0)
    expect(run.state).toBe('succeeded')
    gate.resolve()
    await runner.settled()
    expect(runner.stats).toMatchObject({ running: 0, pending: 0, succeeded: 3 })
  })

  it('is not tried again: there is nothing to call', async () => {
    const reports: string[] = []
    const { runner, track } = make({
      retries: { attempts: 5, delay: 0 },
      onError: undefined,
      logger: { error: (text) => reports.push(text) },
    })
    const retried = published('task.retried')
    const run = track(Promise.reject(new Error('no route')))
    await runner.settled()
    expect([run.state, run.attempt, retried]).toEqual(['failed', 1, []])
    expect(reports).toEqual([expect.stringMatching(/^task tracked promise failed .*attempt 1\/1/)])
  })

  it('has no timeout, no `around` and no trace', async () => {
    const around = vi.fn()
    const { runner, track } = make({ timeout: 10, queueTimeout: 10, around })
    const gate = deferred()
    const run = track(gate.promise)
    await pass(100)
    expect(run.state).toBe('running')
    gate.resolve()
    await runner.settled()
    expect([run.state, around.mock.calls]).toEqual(['succeeded', []])
  })

  it('can be cancelled: `cancelled` when the promise has settled', async () => {
    const { runner, track } = make()
    const gate = deferred()
    const run = track(gate.promise)
    expect([run.cancel('no need'), run.state]).toEqual([true, 'running'])
    gate.reject(new Error('no route'))
    await runner.settled()
    expect(run).toMatchObject({ state: 'cancelled', error: { cause: 'no need' } })
  })

  it("is abandoned at a drain's deadline", async () => {
    const lines: string[] = []
    const { runner, track } = make({ logger: { error: (line) => lines.push(line) } })
    const gate = deferred()
    const run = track(gate.promise)
    const drained = runner.drain({ timeout: 10 })
    await pass(10)
    expect(await drained).toMatchObject({ ok: false, abandoned: [run] })
    expect(lines).toEqual([expect.stringContaining('task tracked promise abandoned')])
    gate.reject(new Error('too late'))
    await pass(0)
    expect([run.state, runner.stats]).toMatchObject(['abandoned', { pending: 0, failed: 0 }])
  })

  it.each([
    ['a lazy one', { then: (resolve: () => void) => resolve() }, 'succeeded'],
    [
      'one whose `then` throws',
      {
        then() {
          throw new Error('not me')
        },
      },
      'failed',
    ],
    [
      'one that settles twice',
      {
        then(resolve: () => void, reject: (error: unknown) => void) {
          resolve()
          reject(new Error('not me'))
          resolve()
        },
      },
      'succeeded',
    ],
    [
      'a promise with a `then` of its own, as `await` does',
      Object.assign(Promise.resolve(), {
        then() {
          throw new Error('not me')
        },
      }),
      'succeeded',
    ],
  ])('takes any thenable: %s', async (_kind, thenable, state) => {
    const { runner, track } = make()
    const run = track(thenable)
    await runner.settled()
    expect(run.state).toBe(state)
  })

  it.each([
    ['a function', () => Promise.resolve(), 'A function is for addTask(func)'],
    ['undefined', undefined, 'got `undefined` (undefined)'],
    ['null', null, 'got `null` (null)'],
    ['42', 42, 'got `42` (number)'],
    ['an array', [Promise.resolve()], 'Expected `the argument of track` to be a promise'],
  ])('refuses %s, and accepts nothing', (_kind, value, message) => {
    const { runner, track } = make()
    expect(() => track(value)).toThrow(TypeError)
    expect(() => track(value)).toThrow(message)
    expect(runner.stats.pending).toBe(0)
  })
})
// biome-ignore-end lint/suspicious/noThenProperty: as above

describe('a promise that a response tracks', () => {
  it('runs beside the tasks in order, and holds none of them', async () => {
    const { tasks, runner, end } = fakeResponse()
    const gate = deferred()
    const tracked = tasks.track(gate.promise)
    const run = tasks.addTask(() => {})
    expect(tasks.size).toBe(2)
    end()
    await pass(0)
    expect([tracked.state, run.state, tasks.size]).toEqual(['running', 'succeeded', 1])
    gate.resolve()
    await runner.settled()
    expect(tasks.size).toBe(0)
  })

  it('has the request, and the name that it was given', () => {
    const { tasks } = fakeResponse()
    const run = tasks.with({ name: 'upload' }).track(new Promise(() => {}))
    expect([run.name, run.request?.url]).toEqual(['upload', '/signup?token=secret'])
    expect(tasks.track(new Promise(() => {})).name).toBe('tracked promise')
  })

  it('settles before the response is over or after it', async () => {
    const { tasks, end } = fakeResponse()
    const before = tasks.track(Promise.resolve())
    await pass(0)
    expect([before.state, tasks.size]).toEqual(['succeeded', 0])
    end()
    const after = tasks.track(Promise.resolve())
    await pass(0)
    expect(after.state).toBe('succeeded')
  })

  it("that rejects stops the others under onFailure: 'stop'", async () => {
    const { tasks, runner, end } = fakeResponse({ onFailure: 'stop' })
    tasks.track(Promise.reject(new Error('no route')))
    const run = tasks.addTask(() => {})
    await pass(0)
    end()
    await runner.settled()
    expect(run.state).toBe('skipped')
  })
})
