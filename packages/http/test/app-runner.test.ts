import { background, createRunner, defaultRunner, type Runner } from '@backgrounder/core'
import { appRunner } from '@backgrounder/http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const nothing = {
  ok: true,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  cancelled: 0,
  skipped: 0,
  handedOff: 0,
  abandoned: [],
}
const quiet = { onError: () => {}, logger: { error: () => {} } }
const nightly = background(async (work: () => unknown) => void (await work()), { name: 'nightly' })

describe('the options of an app', () => {
  it('make it a runner, and say under which name the collector is found', () => {
    const { runner, property } = appRunner({ concurrency: 3, property: 'jobs' })
    expect([runner.options.concurrency, property]).toEqual([3, 'jobs'])
    expect(appRunner({}).property).toBe('tasks')
    expect(appRunner({}).runner).not.toBe(runner)
  })

  it('may be a runner, under its name', () => {
    const runner = createRunner()
    expect(appRunner({ runner }).runner).toBe(runner)
    expect(appRunner({ runner, property: 'jobs' })).toMatchObject({ property: 'jobs' })
  })

  it.each<[object, string]>([
    [
      createRunner(),
      'Expected the runner under its name, got it as the options: backgroundTasks({ runner })',
    ],
    [
      { runner: createRunner(), timeout: 5 },
      'Expected no `timeout` beside `runner`: give it to createRunner()',
    ],
    [{ runner: {} }, 'Expected `runner` to be a runner, as createRunner(options) makes it, got'],
    [{ property: '' }, 'Expected `property` to be a string that is not empty, got'],
    [{ property: 1 }, 'Expected `property` to be a string that is not empty, got'],
    [{ mode: 'fast' }, 'Unknown option `mode`'],
  ])('are refused: %#', (options, message) => {
    expect(() => appRunner(options)).toThrow(TypeError)
    expect(() => appRunner(options)).toThrow(message)
  })
})

describe('the drain of an app', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => void vi.useRealTimers())

  it('is immediate when nothing is pending', async () => {
    expect(await appRunner({}).drain()).toEqual(nothing)
  })

  it('waits for its tasks and for the definitions that were called, and counts both', async () => {
    const { runner, drain } = appRunner({ ...quiet, timeout: 10 })
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const fail = () => Promise.reject(new Error('no route'))
    const slow = () => new Promise((resolve) => setTimeout(resolve, 20))
    for (const func of [() => {}, fail, slow]) {
      runner.addTask(func)
      nightly.with({ timeout: 10 })(func)
    }
    const late = [runner.addTask(hang), nightly(hang)]
    const drained = drain()
    for (const run of late) run.cancel()
    await settle()
    await vi.advanceTimersByTimeAsync(20)
    const counts = { succeeded: 2, failed: 2, timedOut: 2, cancelled: 2 }
    expect(await drained).toEqual({ ...nothing, ...counts })
    logged.mockRestore()
  })

  it('waits for what either adds to the other when its own drain is over', async () => {
    const { runner, drain } = appRunner(quiet)
    nightly(() =>
      settle().then(() => {
        runner.addTask(() => settle().then(() => void nightly(() => settle())))
      }),
    )
    expect(await drain()).toMatchObject({ ok: true, succeeded: 3 })
    expect([runner.stats.pending, defaultRunner().stats.pending]).toEqual([0, 0])
  })

  it.each<[string, (runner: Runner) => void]>([
    ['its tasks', (runner) => void runner.addTask(hang)],
    ['the definitions that were called', () => void nightly(hang)],
  ])('gives up %s at the deadline, in the total time', async (_, start) => {
    const { runner, drain } = appRunner({ ...quiet, drainTimeout: 100 })
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    start(runner)
    const began = performance.now()
    const drained = drain()
    await vi.advanceTimersByTimeAsync(99)
    expect(runner.stats.pending + defaultRunner().stats.pending).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    const report = await drained
    logged.mockRestore()
    expect(report).toMatchObject({ ok: false })
    expect(report.abandoned).toHaveLength(1)
    expect(performance.now() - began).toBe(100)
  })

  it.each([Infinity, false] as const)('of %s takes as long as it takes', async (timeout) => {
    const { runner, drain } = appRunner({ ...quiet, slowWarning: false })
    runner.addTask(() => new Promise((resolve) => setTimeout(resolve, 1e6)))
    nightly(() => new Promise((resolve) => setTimeout(resolve, 1e6)))
    await settle()
    const drained = drain({ timeout })
    await vi.advanceTimersByTimeAsync(1e6)
    expect(await drained).toMatchObject({ ok: true, succeeded: 2 })
  })

  it('of the runner that runs the definitions counts nothing twice', async () => {
    const { drain } = appRunner({ runner: defaultRunner() })
    nightly(() => {})
    expect(await drain()).toEqual({ ...nothing, succeeded: 1 })
  })

  it('gives up what is added at the deadline itself', async () => {
    const { runner, drain } = appRunner({
      ...quiet,
      logger: { error: () => void nightly(hang) },
    })
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    runner.addTask(hang)
    const drained = drain({ timeout: 100 })
    await vi.advanceTimersByTimeAsync(100)
    const pumped = settle().then(() => vi.advanceTimersByTimeAsync(10))
    const report = await drained
    await pumped
    logged.mockRestore()
    expect(report).toMatchObject({ ok: false })
    expect(report.abandoned).toHaveLength(2)
    expect(defaultRunner().stats.pending).toBe(0)
  })
})

function hang(): Promise<never> {
  return new Promise(() => {})
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}
