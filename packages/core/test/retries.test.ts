import { AsyncLocalStorage } from 'node:async_hooks'
import {
  createRunner,
  currentTask,
  type Logger,
  type Retries,
  type TaskRun,
} from '@backgrounder/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { published } from './channels.js'
import { childProcesses } from './child.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()
const runChild = childProcesses()
afterEach(() => void vi.restoreAllMocks())

interface Retried {
  readonly task: TaskRun
  readonly attempt: number
  readonly error: unknown
  readonly delay: number
}

/** A function that fails so many times, with an error for each. */
function failing(times: number) {
  const errors: Error[] = []
  const attempts: (number | undefined)[] = []
  async function send(): Promise<void> {
    attempts.push(currentTask()?.attempt)
    if (errors.length >= times) return
    errors.push(new Error(`no route ${errors.length + 1}`))
    throw errors.at(-1)
  }
  return { func: send, errors, attempts }
}

/** The delays before each further attempt of a task that always fails. */
async function delaysOf(retries: Retries): Promise<number[]> {
  const events = published<Retried>('task.retried')
  const runner = createRunner({ retries, onError: () => {} })
  runner.addTask(() => Promise.reject(new Error('no route')))
  while (runner.stats.pending > 0) await pass(100_000)
  return events.map(({ delay }) => delay)
}

describe('`retries`', () => {
  it('tries again after a failure, until it succeeds', async () => {
    const onError = vi.fn()
    const runner = createRunner({ retries: 3, onError })
    const { func, attempts } = failing(2)
    const run = runner.addTask(func)
    await pass(0)
    expect(run.state).toBe('delayed')
    while (runner.stats.pending > 0) await pass(1000)
    expect([run.state, run.attempt, run.error]).toEqual(['succeeded', 3, undefined])
    expect(attempts).toEqual([1, 2, 3])
    expect(onError).not.toHaveBeenCalled()
    expect(runner.stats).toMatchObject({ succeeded: 1, failed: 0 })
  })

  it('of 3 are 4 attempts: the earlier errors are events, the last one is reported', async () => {
    const reported: unknown[] = []
    const runner = createRunner({ retries: 3, onError: (error) => reported.push(error) })
    const events = published<Retried>('task.retried')
    const { func, errors } = failing(Infinity)
    const run = runner.addTask(func)
    while (runner.stats.pending > 0) await pass(10_000)
    expect(errors).toHaveLength(4)
    expect(run).toMatchObject({ state: 'failed', attempt: 4, error: errors[3] })
    await expect(run.done).rejects.toBe(errors[3])
    expect(reported).toEqual([errors[3]])
    expect(events).toEqual(
      [0, 1, 2].map((index) => ({
        task: run,
        attempt: index + 1,
        error: errors[index],
        delay: expect.any(Number),
      })),
    )
    expect(runner.stats).toMatchObject({ failed: 1 })
  })

  it.each<[Retries, number]>([
    [0, 1],
    [1, 2],
    [{ attempts: 1 }, 1],
    [{ attempts: 4 }, 4],
    [{}, 3],
    [{ attempts: undefined }, 3],
  ])('%o are so many attempts: %d', async (retries, count) => {
    expect(await delaysOf(retries)).toHaveLength(count - 1)
  })

  it('is the same for a function that throws, one that rejects, and one out of time', async () => {
    const runner = createRunner({ retries: 1, timeout: 10, onError: () => {} })
    const runs = [
      runner.addTask(() => {
        throw new Error('no route')
      }),
      runner.addTask(() => Promise.reject(new Error('no route'))),
      runner.addTask(() => new Promise((resolve) => setTimeout(resolve, 20))),
    ]
    while (runner.stats.pending > 0) await pass(1000)
    expect(runs.map(({ state, attempt }) => [state, attempt])).toEqual([
      ['failed', 2],
      ['failed', 2],
      ['timedOut', 2],
    ])
  })

  it('has a signal of its own in each attempt, and the same id', async () => {
    const runner = createRunner({ retries: { delay: 0 }, timeout: 10, onError: () => {} })
    const seen: [string, AbortSignal][] = []
    runner.addTask(async () => {
      const task = currentTask()
      if (task) seen.push([task.id, task.signal])
      await new Promise((resolve) => setTimeout(resolve, seen.length === 2 ? 5 : 20))
    })
    for (let count = 0; count < 10; count += 1) await pass(10)
    expect(seen).toHaveLength(2)
    expect(seen[0]?.[0]).toBe(seen[1]?.[0])
    expect(seen.map(([, signal]) => signal.aborted)).toEqual([true, false])
  })

  it('holds the rest of its response until it is settled, and no slot meanwhile', async () => {
    const { tasks, runner, end } = fakeResponse({ concurrency: 1 })
    const { func } = failing(1)
    const run = tasks.with({ retries: 1 }).addTask(func)
    const next = tasks.addTask(() => {})
    end()
    await pass(0)
    expect([run.state, next.state, runner.stats.running]).toEqual(['delayed', 'waiting', 0])
    const other = runner.addTask(() => {})
    await pass(0)
    expect([other.state, next.state]).toEqual(['succeeded', 'waiting'])
    await pass(1000)
    expect([run.state, next.state]).toEqual(['succeeded', 'succeeded'])
  })

  it('past a deadline starts when the function has really ended, and not before', async () => {
    const { tasks, runner, end } = fakeResponse({ concurrency: 2, timeout: 50 })
    const gates = [deferred(), deferred()]
    const func = vi.fn(() => gates[func.mock.calls.length - 1]?.promise)
    const run = tasks.with({ retries: { attempts: 2, delay: 10, jitter: false } }).addTask(func)
    const next = tasks.addTask(() => {})
    end()
    await pass(50)
    expect([run.state, next.state]).toEqual(['running', 'succeeded'])
    await pass(1000)
    expect([func.mock.calls.length, runner.stats.overdue]).toEqual([1, 1])
    gates[0]?.resolve()
    await pass(0)
    expect([run.state, runner.stats.overdue]).toEqual(['delayed', 0])
    await pass(10)
    expect([run.state, run.attempt]).toEqual(['running', 2])
    gates[1]?.resolve()
    await runner.settled()
    expect([run.state, run.error]).toEqual(['succeeded', undefined])
  })

  it('asks `when` once, before the first attempt', async () => {
    const when = vi.fn(() => true)
    const { tasks, runner, end } = fakeResponse()
    tasks.with({ when, retries: { delay: 0 } }).addTask(failing(2).func)
    end()
    await runner.settled()
    expect(when).toHaveBeenCalledOnce()
  })

  it("of a task goes over the runner's", async () => {
    const { tasks, runner, end } = fakeResponse({ retries: 5 })
    const run = tasks.with({ retries: 0 }).addTask(failing(1).func)
    end()
    await runner.settled()
    expect([run.state, run.attempt]).toEqual(['failed', 1])
  })

  it('may go on for ever, without recursion, and leave other work its turn', async () => {
    const runner = createRunner({ retries: { attempts: Infinity, delay: 0 }, onError: () => {} })
    const events = published<Retried>('task.retried')
    const run: TaskRun = runner.addTask(() => {
      if (run.attempt < 3000) throw new Error('no route')
    })
    const other = runner.addTask(() => {})
    await other.done
    expect(run.state).not.toBe('succeeded')
    await runner.settled()
    expect([run.state, run.attempt]).toEqual(['succeeded', 3000])
    // 0 times a factor that has grown beyond all numbers is still 0.
    expect(new Set(events.map(({ delay }) => delay))).toEqual(new Set([0]))
  })
})

describe('the delay of a retry', () => {
  it('is by default full jitter between 0 and 1 s, doubled each time, at most 30 s', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    expect(await delaysOf(7)).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000])
  })

  it.each([0, 0.999_999])('is from 0 to the whole delay: random() is %d', async (random) => {
    vi.spyOn(Math, 'random').mockReturnValue(random)
    expect(await delaysOf({ attempts: 3, delay: 100 })).toEqual([random * 100, random * 200])
  })

  it('without jitter is exact', async () => {
    expect(await delaysOf({ attempts: 4, delay: 10, jitter: false })).toEqual([10, 20, 40])
  })

  it.each<[Retries, number[]]>([
    [{ factor: 1 }, [10, 10, 10]],
    [{ factor: 3 }, [10, 30, 90]],
    [{ factor: 1.5 }, [10, 15, 22.5]],
    [{ maxDelay: 25 }, [10, 20, 25]],
    [{ maxDelay: 0 }, [0, 0, 0]],
    [{ delay: 0, factor: Infinity }, [0, 0, 0]],
    [{ factor: Infinity, maxDelay: 25 }, [10, 25, 25]],
  ])('grows by `factor` up to `maxDelay`: %o', async (retries, delays) => {
    expect(
      await delaysOf({ attempts: 4, delay: 10, jitter: false, ...(retries as object) }),
    ).toEqual(delays)
  })

  it('is never longer than a timer can count, so that no retry is lost', async () => {
    const retries = { attempts: 2, delay: 1e300, maxDelay: Infinity, jitter: false }
    const events = published<Retried>('task.retried')
    const runner = createRunner({ retries, onError: () => {} })
    const run = runner.addTask(() => Promise.reject(new Error('no route')))
    await pass(2 ** 31)
    expect([run.state, run.attempt]).toEqual(['failed', 2])
    expect(events.map(({ delay }) => delay)).toEqual([2 ** 31 - 1])
  })

  it('counts from the end of the attempt', async () => {
    const runner = createRunner({
      retries: { attempts: 2, delay: 100, jitter: false },
      onError: () => {},
    })
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    await pass(500)
    gate.reject(new Error('no route'))
    await pass(99)
    expect(run.state).toBe('delayed')
    await pass(1)
    expect(run.state).toBe('failed')
  })

  it('keeps a process alive, and a delay that is cancelled does not', async () => {
    const { code, stdout } = await runChild(`
const { createRunner } = require('@backgrounder/core')
const runner = createRunner({ retries: { delay: 20, jitter: false }, onError() {} })
const run = runner.addTask(() => { if (run.attempt < 3) throw new Error('no route') })
const long = createRunner({ retries: { delay: 1e6, maxDelay: 1e6, jitter: false } })
  .addTask(() => { throw new Error('no route') })
setTimeout(() => long.cancel(), 20)
process.on('exit', () => console.log(run.state, run.attempt, long.state))
`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'succeeded 3 cancelled\n' })
  })
})

describe('retryIf', () => {
  it('decides, of the error and the attempt that failed', async () => {
    const retryIf = vi.fn((_error: unknown, attempt: number) => attempt < 2)
    const { func, errors } = failing(Infinity)
    const runner = createRunner({ retries: { attempts: 5, delay: 0, retryIf }, onError: () => {} })
    const run = runner.addTask(func)
    await runner.settled()
    expect(retryIf.mock.calls).toEqual([
      [errors[0], 1],
      [errors[1], 2],
    ])
    expect([run.state, run.attempt, run.error === errors[1]]).toEqual(['failed', 2, true])
  })

  it('is not asked after the last attempt, nor after a success', async () => {
    const retryIf = vi.fn(() => true)
    const runner = createRunner({ retries: { attempts: 1, retryIf }, onError: () => {} })
    runner.addTask(failing(1).func)
    runner.addTask(() => {})
    await runner.settled()
    expect(retryIf).not.toHaveBeenCalled()
  })

  it('is given the TimeoutError of an attempt that is out of time', async () => {
    const retryIf = vi.fn((_error: unknown) => false)
    const runner = createRunner({ retries: { retryIf }, timeout: 10, onError: () => {} })
    const run = runner.addTask(() => new Promise((resolve) => setTimeout(resolve, 20)))
    await pass(30)
    expect(retryIf.mock.calls[0]?.[0]).toMatchObject({ code: 'BG_TIMEOUT' })
    expect([run.state, run.attempt]).toEqual(['timedOut', 1])
  })

  const broken: [string, () => unknown, string][] = [
    [
      'that throws',
      () => {
        throw new Error('not me')
      },
      'not me',
    ],
    ['that is async', async () => true, 'Expected `retryIf(error, attempt)` to be true or false'],
    ['that is async and rejects', () => Promise.reject(new Error('not me')), 'It cannot be async'],
    ['that answers nothing', () => undefined, 'got `undefined` (undefined)'],
    ['that answers 1', () => 1, 'got `1` (number)'],
  ]

  it.each(broken)('%s ends the task, with both errors', async (_, retryIf, message) => {
    const reported: unknown[] = []
    const runner = createRunner({ onError: (error) => reported.push(error), timeout: 10 })
    const { tasks, end } = fakeResponse({}, runner)
    const retries = { retryIf: retryIf as () => boolean }
    const error = new Error('no route')
    const runs = [
      tasks.with({ retries }).addTask(() => Promise.reject(error)),
      tasks.with({ retries }).addTask(() => new Promise((resolve) => setTimeout(resolve, 20))),
    ]
    end()
    await pass(0)
    await pass(30)
    expect(runs.map(({ state }) => state)).toEqual(['failed', 'timedOut'])
    expect(runs[0]?.error).toMatchObject({
      name: 'AggregateError',
      message: 'retryIf failed too',
      errors: [error, { message: expect.stringContaining(message) }],
    })
    expect(reported).toEqual(runs.map((run) => run.error))
  })

  it("runs in the task's own async context, and may add tasks", async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const retryIf = () => {
      runner.addTask(() => seen.push(storage.getStore()))
      return false
    }
    const runner = createRunner({ onError: () => {} })
    const { tasks, end } = fakeResponse({}, runner)
    storage.run('mine', () => tasks.with({ retries: { retryIf } }).addTask(failing(1).func))
    storage.run('other', end)
    await runner.settled()
    expect(seen).toEqual(['mine'])
  })
})

describe('the report', () => {
  async function headline(retries: Retries, options: object = {}): Promise<string> {
    const lines: string[] = []
    const logger: Logger = { error: (text) => lines.push(text.split('\n')[0] as string) }
    const runner = createRunner({ logger, retries, ...options })
    runner.addTask(failing(Infinity).func)
    while (runner.stats.pending > 0) await pass(100_000)
    expect(lines).toHaveLength(1)
    return lines[0] as string
  }

  it.each<[Retries, string]>([
    [0, 'attempt 1/1'],
    [2, 'attempt 3/3'],
    [{ attempts: 2 }, 'attempt 2/2'],
    [{}, 'attempt 3/3'],
    [{ attempts: 5, retryIf: () => false }, 'attempt 1/5'],
    [{ attempts: Infinity, retryIf: () => false }, 'attempt 1'],
  ])('has the attempt and how many there are at most: %o', async (retries, attempt) => {
    expect(await headline(retries)).toMatch(new RegExp(`^task send failed · ${attempt} · \\d+ ms$`))
  })

  it("has those of the task's own option", async () => {
    const lines: string[] = []
    const { tasks, runner, end } = fakeResponse({
      onError: undefined,
      logger: { error: (text) => lines.push(text.split('\n')[0] as string) },
    })
    const { func } = failing(Infinity)
    tasks.with({ name: 'welcome-mail', retries: 2 }).addTask(func)
    end()
    while (runner.stats.pending > 0) await pass(10_000)
    expect(lines).toEqual([
      expect.stringMatching(/^task welcome-mail failed · POST \/signup · attempt 3\/3 · \d+ ms$/),
    ])
  })

  it('where onError fails too has the same line', async () => {
    const onError = () => {
      throw new Error('no webhook')
    }
    expect(await headline(2, { onError })).toContain('attempt 3/3')
  })

  it('counts the time of the last attempt', async () => {
    expect(await headline({ attempts: 3, delay: 500, jitter: false })).toContain(' · 0 ms')
  })
})

describe('a drain', () => {
  it('lets a retry that waits start at once, and those to come after 100 ms', async () => {
    const runner = createRunner({ retries: 4, onError: () => {} })
    const events = published<Retried>('task.retried')
    vi.spyOn(Math, 'random').mockReturnValue(0.9)
    const { func } = failing(3)
    const run = runner.addTask(func)
    await pass(0)
    expect(run.state).toBe('delayed')
    const drained = runner.drain()
    await pass(99)
    expect([run.state, run.attempt]).toEqual(['delayed', 3])
    await pass(101)
    expect(await drained).toMatchObject({ ok: true, succeeded: 1, failed: 0 })
    expect([run.attempt, events.map(({ delay }) => delay)]).toEqual([4, [900, 100, 100]])
    expect(vi.getTimerCount()).toBe(1) // of slowWarning
  })

  it('is no reason to wait longer than the delay', async () => {
    const runner = createRunner({ retries: { delay: 30, jitter: false }, onError: () => {} })
    const run = runner.addTask(failing(1).func)
    const drained = runner.drain()
    await pass(30)
    expect(run.state).toBe('succeeded')
    await drained
  })

  it('of what fails for ever is no loop that never rests', async () => {
    const retries = { attempts: Infinity, delay: 1_000 }
    const runner = createRunner({ retries, onError: () => {}, logger: { error: () => {} } })
    vi.spyOn(Math, 'random').mockReturnValue(0.9)
    const run = runner.addTask(failing(Infinity).func)
    const drained = runner.drain({ timeout: 4_000 })
    for (let ms = 0; ms < 4_000; ms += 100) await pass(100)
    // Every 100 ms, and not at all in the last 2 s.
    expect([run.attempt, run.state]).toEqual([21, 'failed'])
    await drained
  })

  it('that is over hurries no longer', async () => {
    const runner = createRunner({ retries: 1, onError: () => {} })
    await runner.drain()
    const run = runner.addTask(failing(1).func)
    await pass(0)
    expect(run.state).toBe('delayed')
    run.cancel()
  })

  it('hurries as long as one of several is under way', async () => {
    const runner = createRunner({ retries: 1, onError: () => {}, logger: { error: () => {} } })
    vi.spyOn(Math, 'random').mockReturnValue(0.9)
    const gate = deferred()
    const runs: TaskRun[] = []
    const hang = runner.addTask(() => gate.promise)
    // Added before the longer drain looks again: it goes on.
    hang.done.catch(() => runs.push(runner.addTask(failing(1).func)))
    const long = runner.drain({ timeout: false })
    const short = runner.drain({ timeout: 10 })
    await pass(10)
    await pass(100)
    expect(await short).toMatchObject({ abandoned: [hang] })
    expect(await long).toMatchObject({ abandoned: [hang], succeeded: 1 })
    expect(runs.map(({ state, attempt }) => [state, attempt])).toEqual([['succeeded', 2]])
    gate.resolve()
  })
})
