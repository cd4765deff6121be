import {
  background,
  createRunner,
  QueueFullError,
  type Runner,
  Task,
  type TaskRun,
  Tasks,
} from '@backgrounder/core'
import { createRecorder, settled } from '@backgrounder/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { listen, published } from './channels.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()

describe('settled(app)', () => {
  it('waits for all that a runner has accepted, and for what is added meanwhile', async () => {
    const { tasks, runner, end } = fakeResponse()
    const seen: string[] = []
    tasks.addTask(async () => {
      await pass(10)
      tasks.addTask(() => seen.push('second'))
    })
    const ended = settled(runner)
    end()
    await ended
    expect([seen, runner.stats.pending]).toEqual([['second'], 0])
  })

  it('is at once when there is nothing to wait for', async () => {
    await settled(createRunner())
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits for definitions that were called', async () => {
    const gate = deferred()
    const run = background(() => gate.promise, { name: 'send' })()
    const ended = settled(createRunner())
    await pass(0)
    expect(run.state).toBe('running')
    gate.resolve()
    await ended
    expect(run.state).toBe('succeeded')
  })

  it('waits for a function that has timed out and goes on', async () => {
    const runner = createRunner({ timeout: 10, onError: () => {} })
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    let isOver = false
    const ended = settled(runner).finally(() => {
      isOver = true
    })
    await pass(10)
    expect([run.state, isOver]).toEqual(['timedOut', false])
    gate.resolve()
    await ended
  })

  it('rejects after 5 s, and names what is not settled', async () => {
    const { tasks, runner, end } = fakeResponse({ retries: 1, slowWarning: false })
    const waiting = fakeResponse({}, runner)
    waiting.tasks.addTask(() => {})
    tasks.addTask(new Task(() => new Promise(() => {})).with({ name: 'hang\nforged' }))
    end()
    let error: unknown
    const ended = settled(runner).catch((thrown) => {
      error = thrown
    })
    await pass(4999)
    expect(error).toBeUndefined()
    await pass(1)
    await ended
    expect(error).toMatchObject({
      code: 'BG_NOT_SETTLED',
      message:
        "After 5000 ms 2 of the app's tasks are not settled: (anonymous) POST /signup (waiting), " +
        'hang\\nforged (running, POST /signup)',
    })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('names ten of many', async () => {
    const runner = createRunner({ slowWarning: false })
    for (let each = 0; each < 12; each += 1) {
      runner.addTask(new Task(() => new Promise(() => {})).with({ name: `task ${each}` }))
    }
    const ended = expect(settled(runner, { timeout: 10 })).rejects.toThrow(
      /^After 10 ms 12 of the app's tasks are not settled: task 0 \(running\), .*task 9 \(running\)/,
    )
    await pass(10)
    await ended
  })

  it.each([
    ['an app without tasks', { use() {} }],
    ['undefined', undefined],
    ['null', null],
    ['a text', 'app'],
    ['42', 42],
    ['an app that throws when it is looked at', new Proxy({}, { get: trap })],
  ])('refuses %s, and says what to do', async (_, app) => {
    await expect(settled(app)).rejects.toThrow(TypeError)
    await expect(settled(app)).rejects.toThrow(
      /Expected `the argument of settled` to be an app with backgroundTasks\(\).*settled\(runner\)/,
    )
  })

  function trap(): never {
    throw new Error('do not look')
  }

  it.each([NaN, -1, '5', null, true])('refuses a timeout of %s', async (timeout) => {
    const ended = settled(createRunner(), { timeout: timeout as never })
    await expect(ended).rejects.toThrow('Expected `timeout` to be a number of ms from 0 and up')
  })

  it('looks through an app that stands in itself, however deep', async () => {
    const runner = createRunner()
    const app: Record<string, unknown> = { stack: [] }
    app.router = app
    let inner = app.stack as unknown[]
    for (let depth = 0; depth < 10_000; depth += 1) {
      const next: unknown[] = []
      inner.push({ handle: { stack: next }, route: app })
      inner = next
    }
    inner.push({ handle: Object.assign(() => {}, { runner }) })
    runner.addTask(() => {})
    await settled(app)
    expect(runner.stats.succeeded).toBe(1)
  })
})

describe('createRecorder()', () => {
  const send = (_to: string, _count: number) => {}

  function recorded() {
    const recorder = createRecorder()
    return { recorder, ...fakeResponse({}, recorder) }
  }

  it('lists what was added, and runs none of it', async () => {
    const { recorder, tasks, end } = recorded()
    const func = vi.fn(send)
    const run = tasks.addTask(func, 'a@b.c', 2)
    recorder.addTask(func, 'd@e.f', 3)
    end()
    await settled(recorder)
    await pass(0)
    expect(func).not.toHaveBeenCalled()
    expect(recorder.added).toEqual([
      { name: func.name, func, args: ['a@b.c', 2], options: {}, request: run.request },
      { name: func.name, func, args: ['d@e.f', 3], options: {}, request: undefined },
    ])
    expect(recorder.added[0]?.request).toMatchObject({ method: 'POST' })
    expect([run.state, tasks.size, recorder.stats]).toMatchObject([
      'skipped',
      0,
      { skipped: 2, pending: 0, running: 0 },
    ])
    await expect(run.done).rejects.toMatchObject({ code: 'BG_SKIPPED' })
  })

  it('has the name and the options of a definition, a Task and a view', () => {
    const { recorder, tasks } = recorded()
    tasks.addTask(background(send, { name: 'welcome-mail', retries: 3 }), 'a@b.c', 1)
    tasks.addTask(new Task(send, 'a@b.c', 1).with({ timeout: 5 }))
    tasks.with({ when: 'success', name: 'receipt' }).addTask(send, 'a@b.c', 1)
    tasks.addTask(new Tasks([new Task(send, 'a@b.c', 1)]))
    expect(recorder.added).toMatchObject([
      { name: 'welcome-mail', func: send, args: ['a@b.c', 1], options: { retries: 3 } },
      { name: 'send', func: send, options: { timeout: 5 } },
      { name: 'receipt', options: { when: 'success' } },
      { name: 'Tasks', args: [] },
    ])
  })

  it('refuses what a runner refuses', () => {
    const { recorder, tasks } = recorded()
    expect(() => tasks.addTask(42 as never)).toThrow(TypeError)
    expect(() => createRecorder({ colour: 1 } as never)).toThrow('of createRecorder')
    expect(recorder.added).toEqual([])
  })

  it('forgets on clear()', () => {
    const { recorder, tasks } = recorded()
    tasks.addTask(send, 'a@b.c', 1)
    recorder.clear()
    expect(recorder.added).toEqual([])
    tasks.addTask(send, 'd@e.f', 1)
    expect(recorder.added).toHaveLength(1)
  })

  it('drains at once, and is never full', async () => {
    const recorder: Runner = createRecorder({ maxPending: 1 })
    for (let each = 0; each < 5; each += 1) recorder.addTask(() => {})
    expect(await recorder.drain()).toMatchObject({ ok: true, skipped: 0 })
    expect(recorder.stats).toMatchObject({ pending: 0, skipped: 5 })
    expect(() => recorder.addTask(() => {})).not.toThrow(QueueFullError)
  })

  it('settles a task once, also one whose signal has aborted or that a subscriber cancels', async () => {
    const events = published<{ reason: string }>('task.skipped')
    const { recorder, tasks } = recorded()
    const aborted = tasks.with({ signal: AbortSignal.abort() }).addTask(() => {})
    expect([aborted.state, tasks.size]).toEqual(['cancelled', 0])
    listen<{ task: TaskRun }>('task.accepted', ({ task }) => task.cancel())
    const cancelled = tasks.addTask(() => {})
    expect([cancelled.state, tasks.size]).toEqual(['cancelled', 0])
    expect(recorder.stats).toMatchObject({ pending: 0, cancelled: 2, skipped: 0 })
    expect(events).toEqual([])
  })

  it("ends the platform's work: also of a promise that is tracked", async () => {
    const works: Promise<void>[] = []
    const recorder = createRecorder({ waitUntil: (work) => works.push(work) })
    const { tasks } = fakeResponse({}, recorder)
    tasks.addTask(() => {})
    tasks.track(Promise.resolve())
    recorder.track(Promise.resolve())
    await pass(0)
    expect(await Promise.all(works)).toEqual(works.map(() => undefined))
    expect([tasks.size, recorder.stats.pending]).toEqual([0, 0])
  })
})
