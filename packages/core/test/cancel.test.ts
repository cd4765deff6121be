import {
  createRunner,
  currentTask,
  type RunnerOptions,
  Task,
  type TaskRun,
  Tasks,
} from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { listen, published } from './channels.js'
import { type Deferred, deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()

/** A runner whose only slot is held until the gate opens. */
function busy(options: RunnerOptions = {}) {
  const runner = createRunner({ concurrency: 1, onError: () => {}, ...options })
  const gate = deferred()
  runner.addTask(() => gate.promise)
  return { runner, gate }
}

const cancelled = { name: 'CancelledError', code: 'BG_CANCELLED' }

it('a task of a Tasks whose `retryIf` cancels that waits for no other attempt', async () => {
  const runner = createRunner()
  let calls = 0
  const task = new Task(() => {
    calls += 1
    throw new Error('no route')
  }).with({ retries: { attempts: 3, delay: 60_000, jitter: false, retryIf: () => run.cancel() } })
  const run = runner.addTask(new Tasks([task]))
  await pass(0)
  expect([run.state, calls]).toEqual(['cancelled', 1])
})

describe('cancel() before the start', () => {
  it.each([
    ['waiting', () => {}],
    ['ready', (end: () => void) => end()],
  ])('of a task that is %s: it never runs', async (state, before) => {
    const { runner, gate } = busy()
    await pass(0)
    const { tasks, end } = fakeResponse({}, runner)
    const events = published('task.cancelled')
    const func = vi.fn()
    const run = tasks.addTask(func)
    before(end)
    expect(run.state).toBe(state)
    const why = new Error('no need')
    expect(run.cancel(why)).toBe(true)
    expect(run).toMatchObject({ state: 'cancelled', error: { ...cancelled, cause: why } })
    expect(events).toEqual([{ task: run, reason: why }])
    await expect(run.done).rejects.toBe(run.error)
    expect(tasks.size).toBe(0)
    end()
    gate.resolve()
    await runner.settled()
    expect(func).not.toHaveBeenCalled()
    expect(runner.stats).toMatchObject({ pending: 0, cancelled: 1, failed: 0, succeeded: 1 })
  })

  it('has no word for onError: it is no failure', async () => {
    const onError = vi.fn()
    const { tasks, runner, end } = fakeResponse({ onError, onFailure: 'stop' })
    const run = tasks.addTask(() => {})
    const next = tasks.addTask(() => {})
    run.cancel()
    end()
    await runner.settled()
    expect([next.state, onError.mock.calls]).toEqual(['succeeded', []])
  })

  it('of a task that stands first in its response lets the next one start', async () => {
    const { runner, gate } = busy()
    await pass(0)
    const { tasks, end } = fakeResponse({}, runner)
    const first = tasks.addTask(() => {})
    const second = tasks.addTask(() => {})
    end()
    expect([first.state, second.state]).toEqual(['ready', 'waiting'])
    first.cancel()
    expect(second.state).toBe('ready')
    gate.resolve()
    await second.done
  })

  it('of a task that waits for another attempt settles it at once, and leaves no timer', async () => {
    const runner = createRunner({ retries: 3, slowWarning: false, onError: () => {} })
    const func = vi.fn(() => Promise.reject(new Error('no route')))
    const run = runner.addTask(func)
    await pass(0)
    expect(run.state).toBe('delayed')
    expect(run.cancel()).toBe(true)
    expect([run.state, vi.getTimerCount(), runner.stats.pending]).toEqual(['cancelled', 0, 0])
    await pass(100_000)
    expect(func).toHaveBeenCalledOnce()
  })
})

describe('cancel() after the start', () => {
  const ends: [string, (gate: Deferred<void>) => void][] = [
    ['resolves', (gate) => gate.resolve()],
    ['rejects', (gate) => gate.reject(new Error('no route'))],
  ]

  it.each(ends)(
    'aborts the signal; cancelled when the function has ended: it %s',
    async (_, end) => {
      const onError = vi.fn()
      const runner = createRunner({ onError, concurrency: 1, retries: 2 })
      const events = published('task.cancelled')
      const gate = deferred()
      let signal: AbortSignal | undefined
      const run = runner.addTask(async () => {
        signal = currentTask()?.signal
        await gate.promise
      })
      const next = runner.addTask(() => {})
      await pass(0)
      expect(run.cancel('no need')).toBe(true)
      expect([run.state, signal?.aborted, signal?.reason]).toEqual(['running', true, 'no need'])
      await pass(0)
      expect([next.state, events, runner.stats.running]).toEqual(['ready', [], 1])
      end(gate)
      await runner.settled()
      expect(run).toMatchObject({ state: 'cancelled', attempt: 1 })
      expect(run.error).toMatchObject({ ...cancelled, cause: 'no need' })
      expect(events).toEqual([{ task: run, reason: 'no need' }])
      expect([next.state, onError.mock.calls]).toEqual(['succeeded', []])
      expect(runner.stats).toMatchObject({ pending: 0, running: 0, cancelled: 1, failed: 0 })
    },
  )

  it('without a reason has an AbortError as the reason', async () => {
    const runner = createRunner()
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    await pass(0)
    run.cancel()
    gate.resolve()
    await runner.settled()
    const cause = (run.error as Error).cause
    expect(cause).toMatchObject({ name: 'AbortError', message: 'The task was cancelled' })
  })

  it('a second time, or once it is settled, is answered with false', async () => {
    const runner = createRunner({ onError: () => {} })
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    const failed = runner.addTask(() => Promise.reject(new Error('no route')))
    await pass(0)
    expect([run.cancel(1), run.cancel(2), failed.cancel()]).toEqual([true, false, false])
    gate.resolve()
    await runner.settled()
    expect([run.cancel(), (run.error as Error).cause, failed.state]).toEqual([false, 1, 'failed'])
  })

  it('by the synchronous part of the function itself', async () => {
    const runner = createRunner()
    const run: TaskRun = runner.addTask(() => void run.cancel())
    await runner.settled()
    expect(run.state).toBe('cancelled')
  })

  it('past the deadline of an attempt that was to be followed by another', async () => {
    const runner = createRunner({ timeout: 50, retries: 2, onError: () => {} })
    const gate = deferred()
    const func = vi.fn(() => gate.promise)
    const run = runner.addTask(func)
    await pass(50)
    expect(run.cancel()).toBe(true)
    gate.resolve()
    await pass(100_000)
    expect([run.state, func.mock.calls.length]).toEqual(['cancelled', 1])
    expect(runner.stats).toMatchObject({ pending: 0, overdue: 0, running: 0 })
  })
})

describe('cancel() by what the runner calls', () => {
  it.each([true, false])(
    'in retryIf: no other attempt, whatever it answers: %s',
    async (answer) => {
      const retried = published('task.retried')
      const runner = createRunner({ onError: () => {} })
      const { tasks, end } = fakeResponse({}, runner)
      const func = vi.fn(() => Promise.reject(new Error('no route')))
      const answers: boolean[] = []
      const run: TaskRun = tasks
        .with({
          retries: {
            delay: 0,
            retryIf() {
              answers.push(run.cancel('enough'))
              return answer
            },
          },
        })
        .addTask(func)
      end()
      await pass(100_000)
      expect([run.state, func.mock.calls.length, answers]).toEqual(['cancelled', 1, [true]])
      expect((run.error as Error).cause).toBe('enough')
      expect(retried).toEqual([])
    },
  )

  it('in retryIf of an attempt past its time: cancelled when that has ended', async () => {
    const { tasks, runner, end } = fakeResponse({ timeout: 50 })
    const gate = deferred()
    const func = vi.fn(() => gate.promise)
    const retryIf = () => run.cancel()
    const run: TaskRun = tasks.with({ retries: { delay: 0, retryIf } }).addTask(func)
    end()
    await pass(50)
    expect(run.state).toBe('running')
    gate.resolve()
    await runner.settled()
    expect([run.state, func.mock.calls.length]).toEqual(['cancelled', 1])
    expect(runner.stats).toMatchObject({ overdue: 0, running: 0, pending: 0 })
  })

  it('in a subscriber to `retried`: there is no other attempt', async () => {
    const runner = createRunner({ onError: () => {}, retries: { delay: 10 } })
    const func = vi.fn(() => Promise.reject(new Error('no route')))
    listen<{ task: TaskRun }>('task.retried', ({ task }) => task.cancel())
    const run = runner.addTask(func)
    await pass(100_000)
    expect([run.state, func.mock.calls.length]).toEqual(['cancelled', 1])
    expect(runner.stats).toMatchObject({ pending: 0, cancelled: 1 })
  })

  it('in onError: it is settled already', async () => {
    const answers: boolean[] = []
    const runner = createRunner({ onError: (_error, run) => answers.push(run.cancel()) })
    const run = runner.addTask(() => Promise.reject(new Error('no route')))
    await runner.settled()
    expect([run.state, answers]).toEqual(['failed', [false]])
  })

  it('in an abort listener: the first reason counts', async () => {
    const runner = createRunner()
    const answers: boolean[] = []
    const run: TaskRun = runner.addTask(async () => {
      const signal = currentTask()?.signal as AbortSignal
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          answers.push(run.cancel('second'))
          resolve()
        })
      })
    })
    await pass(0)
    run.cancel('first')
    await runner.settled()
    expect([run.state, (run.error as Error).cause, answers]).toEqual([
      'cancelled',
      'first',
      [false],
    ])
  })

  it('in `when`: it never runs', async () => {
    const { tasks, runner, end } = fakeResponse()
    const func = vi.fn()
    const run: TaskRun = tasks.with({ when: () => run.cancel() }).addTask(func)
    end()
    await runner.settled()
    expect([run.state, func.mock.calls.length]).toEqual(['cancelled', 0])
    expect(runner.stats).toMatchObject({ pending: 0, running: 0, cancelled: 1, succeeded: 0 })
  })

  it.each(['accepted', 'skipped', 'cancelled', 'abandoned'])(
    'in a subscriber to `%s`: it is settled once',
    async (name) => {
      listen<{ task: TaskRun }>(`task.${name}`, ({ task }) => task.cancel('by the subscriber'))
      const { tasks, runner, end } = fakeResponse({ logger: { error: () => {} } })
      const [hang, never, skipped] = [
        tasks.addTask(() => new Promise(() => {})),
        tasks.addTask(() => {}),
        tasks.with({ when: () => false }).addTask(() => {}),
      ]
      if (name !== 'abandoned') hang.cancel()
      if (name === 'cancelled') never.cancel('by hand')
      end()
      const drained = runner.drain({ timeout: 100 })
      await pass(100)
      await drained
      const { pending, running: _running, overdue: _overdue, ...counts } = runner.stats
      expect(Object.values(counts).reduce((sum, each) => sum + each)).toBe(3)
      expect([pending, tasks.size]).toEqual([0, 0])
      for (const run of [hang, never, skipped]) {
        await expect(run.done.catch(() => 'settled')).resolves.not.toBe('running')
      }
    },
  )
})

it('a TaskRun that is cancelled during a drain is in its report', async () => {
  const { tasks, runner } = fakeResponse()
  const run = tasks.addTask(() => {})
  const drained = runner.drain()
  run.cancel()
  expect(await drained).toMatchObject({ ok: true, cancelled: 1, abandoned: [] })
})
