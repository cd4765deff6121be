import { getEventListeners } from 'node:events'
import { createRunner, currentTask, type TaskRun } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { listen } from './channels.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'
import { isCollected } from './garbage.js'

const pass = fakeClock()
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

describe('`signal`', () => {
  it('that aborts before the start cancels: the task never runs', async () => {
    const { tasks, runner, end } = fakeResponse()
    const controller = new AbortController()
    const func = vi.fn()
    const run = tasks.with({ signal: controller.signal }).addTask(func)
    controller.abort('the user left')
    expect(run).toMatchObject({
      state: 'cancelled',
      error: { code: 'BG_CANCELLED', cause: 'the user left' },
    })
    end()
    await runner.settled()
    expect(func).not.toHaveBeenCalled()
    expect(listeners(controller.signal)).toBe(0)
  })

  it('that has aborted already cancels: accepted, told, and never run', async () => {
    const { tasks, runner, end } = fakeResponse()
    const func = vi.fn()
    const run = tasks.with({ signal: AbortSignal.abort('before') }).addTask(func)
    expect([run.state, (run.error as Error).cause, tasks.size]).toEqual(['cancelled', 'before', 0])
    end()
    const late = tasks.with({ signal: AbortSignal.abort('before') }).addTask(func)
    await runner.settled()
    expect([late.state, func.mock.calls.length]).toEqual(['cancelled', 0])
    expect(runner.stats).toMatchObject({ pending: 0, cancelled: 2 })
  })

  it("that aborts after the start aborts the task's own; cancelled when that has ended", async () => {
    const { tasks, runner, end } = fakeResponse()
    const controller = new AbortController()
    const gate = deferred()
    let own: AbortSignal | undefined
    const run = tasks.with({ signal: controller.signal }).addTask(async () => {
      own = currentTask()?.signal
      await gate.promise
    })
    end()
    await pass(0)
    controller.abort('the user left')
    expect([run.state, own?.aborted, own?.reason]).toEqual(['running', true, 'the user left'])
    expect(own).not.toBe(controller.signal)
    gate.resolve()
    await runner.settled()
    expect([run.state, (run.error as Error).cause]).toEqual(['cancelled', 'the user left'])
  })

  it('that aborts while a retry waits cancels at once', async () => {
    const { tasks, end } = fakeResponse()
    const controller = new AbortController()
    const func = vi.fn(() => Promise.reject(new Error('no route')))
    const run = tasks.with({ signal: controller.signal, retries: 3 }).addTask(func)
    end()
    await pass(0)
    expect(run.state).toBe('delayed')
    controller.abort()
    expect(run.state).toBe('cancelled')
    await pass(100_000)
    expect(func).toHaveBeenCalledOnce()
  })

  it.each([
    ['succeeds', () => {}],
    ['fails', () => Promise.reject(new Error('no route'))],
  ])('is not listened to any more once the task is settled: it %s', async (_, func) => {
    const { tasks, runner, end } = fakeResponse()
    const controller = new AbortController()
    const run = tasks.with({ signal: controller.signal }).addTask(func)
    expect(listeners(controller.signal)).toBe(1)
    end()
    await runner.settled()
    const { state } = run
    controller.abort()
    expect([listeners(controller.signal), run.state]).toEqual([0, state])
  })

  it('is not listened to once the task is skipped, timed out, abandoned or cancelled', async () => {
    const { tasks, runner, end } = fakeResponse({ logger: { error: () => {} } })
    const { signal } = new AbortController()
    const view = (options: object) => tasks.with({ signal, ...options })
    const gate = deferred()
    view({ when: () => false }).addTask(() => {})
    view({ timeout: 10 }).addTask(() => gate.promise)
    view({}).addTask(() => gate.promise)
    view({})
      .addTask(() => {})
      .cancel()
    end()
    await pass(10)
    expect(listeners(signal)).toBe(1)
    const drained = runner.drain({ timeout: 10 })
    await pass(10)
    await drained
    expect(listeners(signal)).toBe(0)
    gate.resolve()
  })

  it('is not listened to where a subscriber to `accepted` cancels the task', () => {
    listen<{ task: TaskRun }>('task.accepted', ({ task }) => task.cancel())
    const { tasks } = fakeResponse()
    const { signal } = new AbortController()
    expect(tasks.with({ signal }).addTask(() => {}).state).toBe('cancelled')
    expect(listeners(signal)).toBe(0)
  })

  it('may be given to any number of tasks: no warning of too many listeners', async () => {
    const { tasks, runner } = fakeResponse()
    const warn = vi.fn()
    process.on('warning', warn)
    const controller = new AbortController()
    const view = tasks.with({ signal: controller.signal })
    const runs = Array.from({ length: 50 }, () => view.addTask(() => {}))
    await pass(0)
    process.off('warning', warn)
    expect(warn).not.toHaveBeenCalled()
    controller.abort()
    expect(runs.every(({ state }) => state === 'cancelled')).toBe(true)
    expect([runner.stats.pending, tasks.size]).toEqual([0, 0])
  })

  it('applies to a tracked promise: cancelled when that has settled', async () => {
    const { tasks, runner } = fakeResponse()
    const controller = new AbortController()
    const gate = deferred()
    const run = tasks.with({ signal: controller.signal }).track(gate.promise)
    controller.abort()
    expect(run.state).toBe('running')
    gate.reject(new Error('Aborted'))
    await runner.settled()
    expect(run.state).toBe('cancelled')
  })

  it('of another make, with what is needed of one, is obeyed', async () => {
    const { tasks } = fakeResponse()
    const calls: (() => void)[] = []
    const polyfill = {
      aborted: false,
      reason: undefined as unknown,
      addEventListener: (_type: string, listener: () => void) => calls.push(listener),
      removeEventListener: (_type: string, listener: () => void) =>
        calls.splice(calls.indexOf(listener), 1),
    }
    const signal = polyfill as unknown as AbortSignal
    const run = tasks.with({ signal }).addTask(() => {})
    polyfill.reason = 'polyfilled'
    calls[0]?.()
    expect([run.state, (run.error as Error).cause, calls]).toEqual(['cancelled', 'polyfilled', []])
  })

  it('does not keep what it is given to once that has ended', async () => {
    const { signal } = new AbortController()
    const { tasks, runner, end } = fakeResponse()
    const add = () => new WeakRef(tasks.with({ signal }).addTask(() => {}))
    const reference = add()
    end()
    await runner.settled()
    expect(await isCollected(reference)).toBe(true)
  })
})

it('a kept TaskRun keeps neither the listeners of its signal nor what they hold', async () => {
  const runner = createRunner()
  const add = () => {
    const req = { body: 'large' }
    const func = async () => {
      currentTask()?.signal.addEventListener('abort', () => void req.body)
    }
    return { run: runner.addTask(func), reference: new WeakRef(req) }
  }
  const { run, reference } = add()
  await runner.settled()
  expect(await isCollected(reference)).toBe(true)
  expect(run.state).toBe('succeeded')
})
