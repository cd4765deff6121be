import { createRunner, QueueFullError, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { published } from './channels.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()

describe('`maxPending`', () => {
  it('is 100,000 by default', () => {
    expect(createRunner().options.maxPending).toBe(100_000)
  })

  it('beyond it addTask throws a QueueFullError, which HTTP knows as 503', async () => {
    const { tasks, runner, end } = fakeResponse({ maxPending: 2 })
    const accepted = published('task.accepted')
    tasks.addTask(() => {})
    tasks.addTask(() => {})
    const func = vi.fn()
    let error: unknown
    try {
      tasks.addTask(function send() {
        func()
      })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(QueueFullError)
    expect(error).toMatchObject({
      name: 'QueueFullError',
      code: 'BG_QUEUE_FULL',
      status: 503,
      statusCode: 503,
      message: 'Task send was refused: 2 tasks are pending (maxPending). Try again later',
    })
    // Nothing was accepted.
    expect([accepted.length, tasks.size, runner.stats.pending]).toEqual([2, 2, 2])
    end()
    await runner.settled()
    expect(func).not.toHaveBeenCalled()
    expect(runner.stats).toMatchObject({ pending: 0, succeeded: 2 })
    expect(() => tasks.addTask(() => {})).not.toThrow()
  })

  it('counts what waits, is ready, runs and is to be tried again, of all responses', async () => {
    const runner = createRunner({ maxPending: 4, concurrency: 1, onError: () => {} })
    const gate = deferred()
    const view = fakeResponse({}, runner)
    const retried = view.tasks.with({ retries: 1 }).addTask(() => Promise.reject(new Error('no')))
    view.end()
    await pass(0)
    const running = runner.addTask(() => gate.promise)
    await pass(0)
    const ready = runner.addTask(() => {})
    const waiting = fakeResponse({}, runner).tasks.addTask(() => {})
    expect([retried, running, ready, waiting].map(({ state }) => state)).toEqual([
      'delayed',
      'running',
      'ready',
      'waiting',
    ])
    expect(() => runner.addTask(() => {})).toThrow(QueueFullError)
    waiting.cancel()
    expect(() => runner.addTask(() => {})).not.toThrow()
    expect(() => runner.addTask(() => {})).toThrow(QueueFullError)
    retried.cancel()
    gate.resolve()
    await runner.settled()
  })

  it('counts a task that has timed out until its function has ended', async () => {
    const runner = createRunner({ maxPending: 1, timeout: 10, onError: () => {} })
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    await pass(10)
    expect(run.state).toBe('timedOut')
    expect(() => runner.addTask(() => {})).toThrow(QueueFullError)
    gate.resolve()
    await runner.settled()
    expect(() => runner.addTask(() => {})).not.toThrow()
  })

  it('counts a Tasks once, however many stand in it', async () => {
    const runner = createRunner({ maxPending: 1 })
    const list = new Tasks([new Task(() => {}), new Tasks([new Task(() => {})])])
    expect(runner.addTask(list).state).toBe('ready')
    expect(runner.stats.pending).toBe(1)
    await runner.settled()
  })

  it('has room again in onError, for a task that reports the failure', async () => {
    const seen: string[] = []
    const runner = createRunner({
      maxPending: 1,
      onError: (_error, run) => runner.addTask(() => seen.push(run.name)),
    })
    runner.addTask(function send() {
      throw new Error('no route')
    })
    await runner.settled()
    expect(seen).toEqual(['send'])
  })

  it('refuses inside of a task too, which fails with the error', async () => {
    const runner = createRunner({ maxPending: 1, onError: () => {} })
    const run = runner.addTask(() => void runner.addTask(() => {}))
    await runner.settled()
    expect(run.error).toBeInstanceOf(QueueFullError)
    expect(runner.stats).toMatchObject({ pending: 0, failed: 1 })
  })

  it('does not refuse a tracked promise, which runs already, and counts it', () => {
    const runner = createRunner({ maxPending: 1 })
    runner.track(new Promise(() => {}))
    expect(() => runner.track(new Promise(() => {}))).not.toThrow()
    expect(runner.stats.pending).toBe(2)
    expect(() => runner.addTask(() => {})).toThrow(QueueFullError)
  })

  it('Infinity is no limit', () => {
    const runner = createRunner({ maxPending: Infinity })
    for (let each = 0; each < 100; each += 1) runner.addTask(() => {})
    expect(runner.stats.pending).toBe(100)
  })

  it('escapes nothing and forges nothing with the name of a task in its message', () => {
    const runner = createRunner({ maxPending: 1 })
    runner.addTask(() => {})
    const named = new Task(() => {}).with({ name: 'welcome-mail' })
    expect(() => runner.addTask(named)).toThrow('Task welcome-mail was refused')
    expect(() => runner.addTask(() => {})).toThrow('Task (anonymous) was refused')
  })
})
