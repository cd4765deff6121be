import { AsyncLocalStorage } from 'node:async_hooks'
import { type Channel, tracingChannel } from 'node:diagnostics_channel'
import {
  createRunner,
  currentTask,
  type RunEvent,
  type RunnerOptions,
  Task,
  type TaskRun,
  Tasks,
} from '@backgrounder/core'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { listen, published } from './channels.js'
import { childProcesses } from './child.js'
import { deferred, turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

const runChild = childProcesses()
const quiet: RunnerOptions = { onError: () => {}, logger: { error: () => {} } }
const noRoute = new Error('no route')
const fail = () => Promise.reject(noRoute)

describe('the channel backgrounder.task.accepted', () => {
  it('has each task at its addTask, and each promise at its track', () => {
    const { tasks, runner } = fakeResponse()
    const states: string[] = []
    listen<{ task: TaskRun }>('task.accepted', ({ task }) => states.push(task.state))
    const events = published('task.accepted')
    const runs = [
      tasks.addTask(() => {}),
      tasks.with({ name: 'a' }).addTask(() => {}),
      runner.addTask(() => {}),
      tasks.track(new Promise(() => {})),
      runner.track(new Promise(() => {})),
    ]
    expect(events).toEqual(runs.map((task) => ({ task })))
    expect(states).toEqual(['waiting', 'waiting', 'ready', 'running', 'running'])
  })

  it('has nothing of what was refused', () => {
    const { tasks } = fakeResponse({ maxPending: 1 })
    const events = published('task.accepted')
    expect(() => tasks.addTask(42 as never)).toThrow()
    tasks.addTask(() => {})
    expect(() => tasks.addTask(() => {})).toThrow()
    expect(events).toHaveLength(1)
  })

  it('has a Tasks once, and not what stands in it', async () => {
    const runner = createRunner()
    const events = published('task.accepted')
    runner.addTask(new Tasks([new Task(() => {}), new Task(() => {})]))
    await runner.settled()
    expect(events).toHaveLength(1)
  })
})

describe('the channel backgrounder.task.skipped', () => {
  it('has the reason: `when`, or a failure before', async () => {
    const { tasks, runner, end } = fakeResponse({ onFailure: 'stop' })
    const events = published('task.skipped')
    const byWhen = tasks.with({ when: () => false, name: 'receipt' }).addTask(() => {})
    tasks.addTask(fail)
    const byFailure = tasks.addTask(function next() {})
    end()
    await runner.settled()
    expect(events).toEqual([
      { name: 'receipt', reason: 'when', task: byWhen },
      { name: 'next', reason: 'failure', task: byFailure },
    ])
    expect(byWhen.state).toBe('skipped')
  })

  it('has one that stands in a Tasks, with the Tasks as the task', async () => {
    const { tasks, runner, end } = fakeResponse()
    const events = published('task.skipped')
    const run = tasks.addTask(
      new Tasks([new Task(() => {}).with({ when: () => false, name: 'receipt' })]),
    )
    end()
    await runner.settled()
    expect(events).toEqual([{ name: 'receipt', reason: 'when', task: run }])
    expect(run.state).toBe('succeeded')
  })
})

describe('the other plain channels', () => {
  it('retried, timedOut, cancelled and abandoned: each with its reason, and once', async () => {
    const runner = createRunner({ ...quiet, retries: { attempts: 2, delay: 0 } })
    const names = ['retried', 'timedOut', 'cancelled', 'abandoned'] as const
    const events = Object.fromEntries(
      names.map((name) => [name, published(`task.${name}`)] as const),
    )
    const failed = runner.addTask(fail)
    await runner.settled()
    const gate = deferred()
    listen('task.timedOut', () => gate.resolve())
    const slow = runner.addTask(new Task(() => gate.promise).with({ timeout: 1, retries: 0 }))
    await runner.settled()
    const cancelled = runner.addTask(() => {})
    cancelled.cancel('no need')
    const hang = runner.addTask(() => new Promise(() => {}))
    await runner.drain({ timeout: 1 })
    expect(events).toEqual({
      retried: [{ task: failed, attempt: 1, error: noRoute, delay: 0 }],
      timedOut: [{ task: slow, attempt: 1, reason: 'timeout', error: slow.error }],
      cancelled: [{ task: cancelled, reason: 'no need' }],
      abandoned: [{ task: hang, state: expect.stringMatching(/^(ready|running)$/) }],
    })
  })

  it('are published when the task is in the state that they tell of', async () => {
    const runner = createRunner({ ...quiet })
    const states: string[] = []
    for (const name of ['cancelled', 'abandoned', 'skipped']) {
      listen<{ task: TaskRun }>(`task.${name}`, ({ task }) => states.push(`${name}: ${task.state}`))
    }
    const { tasks, end } = fakeResponse({}, runner)
    tasks.with({ when: () => false }).addTask(() => {})
    tasks.addTask(() => {}).cancel()
    tasks.addTask(() => new Promise(() => {}))
    end()
    await turn()
    await turn()
    await runner.drain({ timeout: 1 })
    expect(states.toSorted()).toEqual([
      'abandoned: abandoned',
      'cancelled: cancelled',
      'skipped: skipped',
    ])
  })

  it('drain: its start, and its end with the report', async () => {
    const runner = createRunner(quiet)
    const events = published('drain')
    runner.addTask(() => {})
    const report = await runner.drain({ timeout: 50 })
    await runner.drain({ timeout: false })
    const ms = expect.any(Number)
    expect(events).toEqual([
      { runner, phase: 'start', timeout: 50, report: undefined, ms: undefined },
      { runner, phase: 'end', timeout: 50, report, ms },
      { runner, phase: 'start', timeout: Infinity, report: undefined, ms: undefined },
      {
        runner,
        phase: 'end',
        timeout: Infinity,
        report: expect.objectContaining({ ok: true }),
        ms,
      },
    ])
    expect(events[1]?.report).toBe(report)
  })

  it('of an awaited Task that has policies: retried and timedOut', async () => {
    const retried = published('task.retried')
    const timedOut = published<{ task: { name: string } }>('task.timedOut')
    await expect(
      new Task(fail).with({ name: 'send', retries: { attempts: 2, delay: 0 } })(),
    ).rejects.toBe(noRoute)
    const hang = new Task(() => new Promise(() => {})).with({ name: 'hang', timeout: 1 })
    await expect(hang()).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    expect(retried).toEqual([
      { task: expect.objectContaining({ name: 'send' }), attempt: 1, error: noRoute, delay: 0 },
    ])
    expect(timedOut).toEqual([
      {
        task: expect.objectContaining({ name: 'hang' }),
        attempt: 1,
        reason: 'timeout',
        error: expect.objectContaining({ code: 'BG_TIMEOUT' }),
      },
    ])
  })
})

const channel = tracingChannel<RunEvent>('backgrounder.task.run')
const phases = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const

/** What goes over the tracing channel, until the test has ended. */
function traced() {
  const calls: { phase: string; event: RunEvent; result: unknown; error: unknown }[] = []
  const subscribers = Object.fromEntries(
    phases.map((phase) => [
      phase,
      (event: RunEvent) => calls.push({ phase, event, result: event.result, error: event.error }),
    ]),
  )
  channel.subscribe(subscribers as never)
  onTestFinished(() => void channel.unsubscribe(subscribers as never))
  return calls
}

describe("tracingChannel('backgrounder.task.run')", () => {
  it.each<[string, () => unknown, string[]]>([
    ['a function that returns', () => 42, ['start', 'end']],
    [
      'a function that throws',
      () => {
        throw noRoute
      },
      ['start', 'error', 'end'],
    ],
    ['an async function', async () => 42, ['start', 'end', 'asyncStart', 'asyncEnd']],
    [
      'an async function that rejects',
      async () => {
        throw noRoute
      },
      ['start', 'end', 'error', 'asyncStart', 'asyncEnd'],
    ],
  ])('follows its protocol, with one event for an attempt: %s', async (_, func, expected) => {
    const calls = traced()
    const runner = createRunner(quiet)
    const run = runner.addTask(func)
    await runner.settled()
    expect(calls.map(({ phase }) => phase)).toEqual(expected)
    const [first] = calls
    for (const { event } of calls) expect(event).toBe(first?.event)
    expect(first?.event).toMatchObject({ task: run, attempt: 1 })
    const outcome = run.state === 'failed' ? { error: noRoute } : { result: 42 }
    expect(calls.at(-1)).toMatchObject(outcome)
  })

  it('has an event of its own for each attempt', async () => {
    const calls = traced()
    const runner = createRunner({ ...quiet, retries: { attempts: 3, delay: 0 } })
    runner.addTask(fail)
    await runner.settled()
    const starts = calls.filter(({ phase }) => phase === 'start').map(({ event }) => event)
    expect(starts.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    expect(new Set(starts).size).toBe(3)
    expect(calls.filter(({ phase }) => phase === 'error')).toHaveLength(3)
  })

  it('is around `around`, and in the async context of the task', async () => {
    const storage = new AsyncLocalStorage<string>()
    const steps: unknown[] = []
    const calls = traced()
    const runner = createRunner({
      ...quiet,
      around(_run, next) {
        steps.push(`around, after ${calls.map(({ phase }) => phase)}`)
        return next()
      },
    })
    const look = () => steps.push(storage.getStore())
    const subscribers = { start: look, asyncEnd: look } as never
    channel.subscribe(subscribers)
    onTestFinished(() => void channel.unsubscribe(subscribers))
    storage.run('mine', () => runner.addTask(async () => {}))
    await runner.settled()
    expect(steps).toEqual(['mine', 'around, after start', 'mine'])
  })

  it('binds a store for the attempt: bindStore', async () => {
    const spans = new AsyncLocalStorage<string>()
    const { start } = channel as unknown as { start: Channel<string, RunEvent> }
    start.bindStore(spans, (event) => `span of ${event.task.name}`)
    onTestFinished(() => void start.unbindStore(spans))
    const seen: unknown[] = []
    const runner = createRunner(quiet)
    runner.addTask(async function send() {
      seen.push(spans.getStore(), currentTask()?.name)
      await turn()
      seen.push(spans.getStore())
    })
    await runner.settled()
    expect(seen).toEqual(['span of send', 'send', 'span of send'])
    expect(spans.getStore()).toBeUndefined()
  })

  it('has the end of a task that has timed out when its function has ended', async () => {
    const calls = traced()
    const gate = deferred()
    const runner = createRunner({ ...quiet, timeout: 1 })
    const run = runner.addTask(() => gate.promise)
    await run.done.catch(() => {})
    expect(calls.map(({ phase }) => phase)).toEqual(['start', 'end'])
    gate.resolve()
    await runner.settled()
    expect(calls.map(({ phase }) => phase)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  })

  it('may get a subscriber, or lose one, while an attempt runs', async () => {
    const gate = deferred()
    const runner = createRunner(quiet)
    const run = runner.addTask(() => gate.promise)
    await turn()
    const calls = traced()
    gate.resolve()
    await runner.settled()
    expect([run.state, calls]).toEqual(['succeeded', []])
  })
})

describe('who observes', () => {
  const functions: [string, () => unknown][] = [
    ['returns', () => 1],
    [
      'throws',
      () => {
        throw noRoute
      },
    ],
    ['resolves', async () => {}],
    ['resolves later', () => turn()],
    ['rejects', fail],
    [
      'is a lazy query',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: query builders start their work in it
        then: (resolve: () => void) => resolve(),
      }),
    ],
    [
      'has a getter `then` that throws',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
        get then() {
          throw noRoute
        },
      }),
    ],
    [
      'is a promise with a `then` of its own',
      () =>
        Object.assign(Promise.resolve(), {
          // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
          then() {
            throw noRoute
          },
        }),
    ],
  ]

  async function play(concurrency: number): Promise<unknown[]> {
    const steps: unknown[] = []
    const runner = createRunner({
      concurrency,
      onError: (error, run) => steps.push(['onError', run.name, error]),
    })
    const runs = functions.map(([name, func]) =>
      runner.addTask(
        new Task(() => {
          steps.push(name)
          return func()
        }).with({ name }),
      ),
    )
    await runner.settled()
    return [...steps, ...runs.map(({ name, state, error }) => [name, state, error])]
  }

  it.each([1, Infinity])('changes neither outcome nor order at concurrency %s', async (slots) => {
    // A turn ends after 1 ms of work: here none does, so that all start in one.
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const alone = await play(slots)
    traced()
    for (const name of ['accepted', 'skipped', 'retried', 'cancelled']) published(`task.${name}`)
    expect(await play(slots)).toEqual(alone)
  })

  it('and throws is an uncaught exception of its own: the runner goes on', async () => {
    const { code, stdout } = await runChild(`
const { subscribe, tracingChannel } = require('node:diagnostics_channel')
const { createRunner } = require('@backgrounder/core')
const thrown = []
process.on('uncaughtException', (error) => thrown.push(error.message))
const fail = () => { throw new Error('the subscriber') }
for (const name of ['accepted', 'skipped', 'retried', 'timedOut', 'cancelled', 'abandoned']) {
  subscribe('backgrounder.task.' + name, fail)
}
subscribe('backgrounder.drain', fail)
const channel = tracingChannel('backgrounder.task.run')
channel.subscribe({ start: fail, end: fail, asyncStart: fail, asyncEnd: fail, error: fail })
async function main() {
  const runner = createRunner({ onError() {}, logger: { error() {} }, retries: { attempts: 2, delay: 0 } })
  const runs = [
    runner.addTask(() => {}),
    runner.addTask(async () => {}),
    runner.addTask(() => { throw new Error('no route') }),
    runner.addTask(() => {}),
    runner.addTask(() => new Promise(() => {})),
  ]
  runs[3].cancel()
  await Promise.allSettled(runs.slice(0, 4).map(({ done }) => done))
  await runner.drain({ timeout: 20 })
  console.log(runs.map(({ state }) => state).join(), runner.stats.pending, new Set(thrown).size)
}
main()
`)
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'succeeded,succeeded,failed,cancelled,abandoned 0 1\n',
    })
  })

  it('may add tasks, cancel and drain in its callback', async () => {
    const runner = createRunner({ ...quiet, retries: { attempts: 2, delay: 0 } })
    const drains: Promise<unknown>[] = []
    let left = 5
    listen('task.accepted', () => {
      if (left-- > 0) runner.addTask(() => {})
    })
    listen('task.retried', () => drains.push(runner.drain()))
    runner.addTask(fail)
    await runner.settled()
    await Promise.all(drains)
    expect(runner.stats).toMatchObject({ pending: 0, succeeded: 5, failed: 1 })
  })
})
