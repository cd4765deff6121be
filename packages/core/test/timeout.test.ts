import { AsyncLocalStorage } from 'node:async_hooks'
import { createRunner, currentTask, type TaskRun, Tasks } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { listen, published } from './channels.js'
import { type Deferred, deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()

/** A function that runs until its gate opens, whatever its signal says, and shows its signal. */
function stubborn() {
  const gate = deferred()
  const signals: AbortSignal[] = []
  async function hang(): Promise<void> {
    signals.push(currentTask()?.signal as AbortSignal)
    await gate.promise
  }
  return { gate, signals, hang }
}

const timedOut = {
  name: 'TimeoutError',
  code: 'BG_TIMEOUT',
  message: 'Task hang timed out: not ended after 50 ms (timeout)',
}

describe('at the deadline of `timeout`', () => {
  it('the signal is aborted, onError and an event tell it, done rejects, the next one starts', async () => {
    const errors: [unknown, TaskRun][] = []
    const onError = (...call: [unknown, TaskRun]) => errors.push(call)
    const { tasks, runner, end } = fakeResponse({ onError, timeout: 50 })
    const events = published('task.timedOut')
    const { hang, gate, signals } = stubborn()
    const run = tasks.addTask(hang)
    const next = tasks.addTask(() => {})
    const done = expect(run.done).rejects.toMatchObject(timedOut)
    end()
    await pass(49)
    expect([run.state, next.state, signals[0]?.aborted]).toEqual(['running', 'waiting', false])
    await pass(1)
    await done
    expect([run.state, next.state]).toEqual(['timedOut', 'succeeded'])
    expect(run.error).toMatchObject(timedOut)
    expect(signals[0]?.reason).toBe(run.error)
    expect(errors).toEqual([[run.error, run]])
    expect(events).toEqual([{ task: run, attempt: 1, reason: 'timeout', error: run.error }])
    gate.resolve()
    await runner.settled()
    expect(errors).toHaveLength(1)
    expect(runner.stats).toMatchObject({ timedOut: 1, succeeded: 1, failed: 0 })
  })

  it('a slot, the count of pending and a drain are held until the function has ended', async () => {
    const runner = createRunner({ timeout: 50, concurrency: 1, onError: () => {} })
    const { hang, gate } = stubborn()
    const run = runner.addTask(hang)
    const next = runner.addTask(() => {})
    let isDrained = false
    const drained = runner.drain({ timeout: false }).finally(() => {
      isDrained = true
    })
    await pass(1000)
    expect([run.state, next.state, isDrained]).toEqual(['timedOut', 'ready', false])
    expect(runner.stats).toMatchObject({ pending: 2, running: 1, overdue: 1, timedOut: 1 })
    gate.resolve()
    expect(await drained).toMatchObject({ ok: true, timedOut: 1, succeeded: 1, abandoned: [] })
    expect(runner.stats).toMatchObject({ pending: 0, running: 0, overdue: 0 })
  })

  it.each([
    ['resolves', (gate: Deferred<void>) => gate.resolve()],
    ['rejects', (gate: Deferred<void>) => gate.reject(new Error('too late'))],
  ])('what a function comes to that %s later changes nothing', async (_, end) => {
    const errors: unknown[] = []
    const runner = createRunner({ timeout: 50, onError: (error) => errors.push(error) })
    const { hang, gate } = stubborn()
    const run = runner.addTask(hang)
    await pass(50)
    const { error } = run
    end(gate)
    await runner.settled()
    expect([run.state, run.error === error, errors]).toEqual(['timedOut', true, [error]])
    expect(runner.stats).toMatchObject({ timedOut: 1, succeeded: 0, failed: 0 })
  })

  it('a function that obeys its signal is timed out, and not failed with its AbortError', async () => {
    const runner = createRunner({ timeout: 50, onError: () => {} })
    const run = runner.addTask(function hang() {
      const signal = currentTask()?.signal as AbortSignal
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')))
      })
    })
    await pass(50)
    await runner.settled()
    expect([run.state, run.error]).toEqual(['timedOut', expect.objectContaining(timedOut)])
  })

  it('a task that has been cancelled before is timed out, and not tried again', async () => {
    const runner = createRunner({ timeout: 50, retries: 3, onError: () => {} })
    const { hang, gate, signals } = stubborn()
    const run = runner.addTask(hang)
    await pass(10)
    expect(run.cancel('no need')).toBe(true)
    await pass(40)
    expect([run.state, run.error]).toEqual(['timedOut', expect.objectContaining(timedOut)])
    expect(signals[0]?.reason).toBe('no need')
    gate.resolve()
    await runner.settled()
    expect(runner.stats).toMatchObject({ timedOut: 1, cancelled: 0 })
  })

  it('one that is cancelled by its own abort listener is timed out, once', async () => {
    const runner = createRunner({ timeout: 50, onError: () => {} })
    const answers: boolean[] = []
    const run = runner.addTask(async () => {
      currentTask()?.signal.addEventListener('abort', () => answers.push(run.cancel()))
      await new Promise((resolve) => setTimeout(resolve, 60))
    })
    await pass(60)
    expect([run.state, answers]).toEqual(['timedOut', [true]])
    expect(runner.stats).toMatchObject({ pending: 0, timedOut: 1, cancelled: 0 })
  })

  it('abort listeners and onError may add tasks, which all run', async () => {
    const seen: string[] = []
    const runner = createRunner({
      timeout: 50,
      onError: () => runner.addTask(() => seen.push('by onError')),
    })
    runner.addTask(async () => {
      currentTask()?.signal.addEventListener('abort', () => {
        runner.addTask(() => seen.push('by a listener'))
      })
      await new Promise((resolve) => setTimeout(resolve, 60))
    })
    await pass(60)
    expect(seen).toEqual(['by a listener', 'by onError'])
    expect(runner.stats).toMatchObject({ pending: 0, running: 0, overdue: 0 })
  })

  it("the listeners run in the task's own async context", async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const runner = createRunner({ timeout: 50, onError: () => {} })
    storage.run('mine', () =>
      runner.addTask(async () => {
        currentTask()?.signal.addEventListener('abort', () => seen.push(storage.getStore()))
        await new Promise((resolve) => setTimeout(resolve, 60))
      }),
    )
    await pass(60)
    expect(seen).toEqual(['mine'])
  })
})

describe('`timeout`', () => {
  it('counts from the start of the attempt, and not from its turn', async () => {
    const runner = createRunner({ concurrency: 1, onError: () => {} })
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    const first = runner.addTask(sleep, 100)
    const second = new Tasks().with({ timeout: 50 })
    second.addTask(sleep, 40)
    const run = runner.addTask(second)
    await pass(100)
    await pass(40)
    expect([first.state, run.state]).toEqual(['succeeded', 'succeeded'])
  })

  it('counts the synchronous part of a function too', async () => {
    const runner = createRunner({ timeout: 50, onError: () => {} })
    const run = runner.addTask(() => {
      vi.advanceTimersByTime(40) // it computes
      return new Promise((resolve) => setTimeout(resolve, 30))
    })
    await pass(0)
    await pass(9)
    expect(run.state).toBe('running')
    await pass(1)
    expect(run.state).toBe('timedOut')
  })

  it.each([Infinity, false, 2 ** 31, Number.MAX_VALUE] as const)(
    '%s is no limit, and needs no timer',
    async (timeout) => {
      const runner = createRunner({ timeout, slowWarning: false })
      const gate = deferred()
      const run = runner.addTask(() => gate.promise)
      await pass(0)
      expect(vi.getTimerCount()).toBe(0)
      await pass(1e6)
      expect(run.state).toBe('running')
      gate.resolve()
      await run.done
    },
  )

  it.each([0, -0])('%d is over at the first turn of the clock', async (timeout) => {
    const runner = createRunner({ timeout, onError: () => {} })
    const hang = runner.addTask(() => new Promise(() => {}))
    const sync = runner.addTask(() => {})
    const quick = runner.addTask(async () => {})
    await pass(1)
    expect([hang.state, sync.state, quick.state]).toEqual(['timedOut', 'succeeded', 'succeeded'])
  })

  it("of a task goes over the runner's, and false switches that off", async () => {
    const { tasks, end } = fakeResponse({ timeout: 50, asGroup: true })
    const hang = () => new Promise(() => {})
    const short = tasks.with({ timeout: 10 }).addTask(hang)
    const endless = tasks.with({ timeout: false }).addTask(hang)
    const own = tasks.with({ timeout: undefined }).addTask(hang)
    end()
    await pass(10)
    expect([short.state, endless.state, own.state]).toEqual(['timedOut', 'running', 'running'])
    await pass(1000)
    expect([endless.state, own.state]).toEqual(['running', 'timedOut'])
  })

  it('leaves no timer behind when the function ends in time', async () => {
    const runner = createRunner({ timeout: 50, slowWarning: false, onError: () => {} })
    runner.addTask(async () => {})
    runner.addTask(() => Promise.reject(new Error('no route')))
    runner.addTask(() => {})
    await pass(0)
    expect([runner.stats.pending, vi.getTimerCount()]).toEqual([0, 0])
  })

  it("under onFailure: 'stop' is a failure: the rest of the response is skipped", async () => {
    const { tasks, runner, end } = fakeResponse({ timeout: 50, onFailure: 'stop' })
    const { hang, gate } = stubborn()
    tasks.addTask(hang)
    const next = tasks.addTask(() => {})
    end()
    await pass(50)
    expect(next.state).toBe('skipped')
    gate.resolve()
    await runner.settled()
  })

  it('of a later attempt does not let a third task start beside the second', async () => {
    const { tasks, end, runner } = fakeResponse({ timeout: 50, retries: { attempts: 3, delay: 0 } })
    const steps: string[] = []
    const gate = deferred()
    const slow = tasks.addTask(async () => {
      steps.push('first')
      await new Promise((resolve) => setTimeout(resolve, 60))
    })
    tasks.with({ timeout: false }).addTask(() => {
      steps.push('second')
      return gate.promise
    })
    tasks.addTask(() => steps.push('third'))
    end()
    await pass(50)
    await pass(10)
    await pass(50)
    expect([slow.attempt, steps]).toEqual([2, ['first', 'second', 'first']])
    gate.resolve()
    await pass(0)
    expect(steps).toEqual(['first', 'second', 'first', 'third'])
    slow.cancel()
    await pass(10)
    await runner.settled()
  })

  it('holds neither the size of the response nor its later tasks', async () => {
    const { tasks, runner, end } = fakeResponse({ timeout: 50 })
    const { hang, gate } = stubborn()
    tasks.addTask(hang)
    end()
    await pass(50)
    expect([tasks.size, runner.stats.pending]).toEqual([0, 1])
    const late = tasks.addTask(() => {})
    await pass(0)
    expect(late.state).toBe('succeeded')
    gate.resolve()
    await runner.settled()
  })

  it('of a Tasks is for all of it together, and stops what has not started', async () => {
    const runner = createRunner({ onError: () => {} })
    const seen: number[] = []
    const list = new Tasks().with({ timeout: 50 })
    for (const each of [1, 2, 3]) {
      list.addTask(async () => {
        seen.push(each)
        await new Promise((resolve) => setTimeout(resolve, 30))
      })
    }
    const run = runner.addTask(list)
    await pass(100)
    expect([run.state, seen]).toEqual(['timedOut', [1, 2]])
    expect(runner.stats).toMatchObject({ pending: 0, running: 0 })
  })

  it('of a tracked promise does not apply', async () => {
    const { tasks } = fakeResponse({ timeout: 50 })
    const gate = deferred()
    const run = tasks.track(gate.promise)
    await pass(100)
    expect(run.state).toBe('running')
    gate.resolve()
    await run.done
  })

  it('is told once where a subscriber cancels the task at its event', async () => {
    const runner = createRunner({ timeout: 50, onError: () => {} })
    listen<{ task: TaskRun }>('task.timedOut', ({ task }) => task.cancel())
    const { hang, gate } = stubborn()
    const run = runner.addTask(hang)
    await pass(50)
    gate.resolve()
    await pass(0)
    expect([run.state, runner.stats]).toMatchObject(['timedOut', { timedOut: 1, cancelled: 0 }])
  })
})

describe('a drain at its deadline', () => {
  it('gives up a task that has timed out and goes on, and the runner has nothing pending', async () => {
    const runner = createRunner({ timeout: 50, onError: () => {}, logger: { error: () => {} } })
    const { hang, gate } = stubborn()
    const run = runner.addTask(hang)
    await pass(50)
    const drained = runner.drain({ timeout: 100 })
    await pass(100)
    expect(await drained).toMatchObject({ ok: false, timedOut: 0, abandoned: [run] })
    expect(run.state).toBe('timedOut')
    expect(runner.stats).toMatchObject({ pending: 0, running: 1, overdue: 1 })
    gate.resolve()
    await pass(0)
    expect(runner.stats).toMatchObject({ pending: 0, running: 0, overdue: 0 })
  })

  it('gives up one that is to be tried again once its function ends', async () => {
    const runner = createRunner({
      timeout: 50,
      retries: 3,
      onError: () => {},
      logger: { error: () => {} },
    })
    const { hang, gate, signals } = stubborn()
    const run = runner.addTask(hang)
    await pass(50)
    expect(run.state).toBe('running')
    const drained = runner.drain({ timeout: 100 })
    await pass(100)
    expect(await drained).toMatchObject({ abandoned: [run] })
    expect(run.state).toBe('abandoned')
    expect(runner.stats).toMatchObject({ pending: 0, running: 1, overdue: 1, abandoned: 1 })
    gate.resolve()
    await pass(100_000)
    expect([run.state, signals.length]).toEqual(['abandoned', 1])
    expect(runner.stats).toMatchObject({ pending: 0, running: 0, overdue: 0, timedOut: 0 })
  })
})
