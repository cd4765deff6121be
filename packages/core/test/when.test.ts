import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  background,
  type Outcome,
  type SkippedEvent,
  Task,
  Tasks,
  type When,
} from '@backgrounder/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeResponse, sent } from './fake-response.js'

const events: SkippedEvent[] = []
const record = (message: unknown) => void events.push(message as SkippedEvent)
beforeEach(() => {
  events.length = 0
  subscribe('backgrounder.task.skipped', record)
})
afterEach(() => {
  unsubscribe('backgrounder.task.skipped', record)
})

const ok: Outcome = sent
const redirect: Outcome = { status: 302, sent: true }
const bad: Outcome = { status: 400, sent: true }
const missing: Outcome = { status: 404, sent: true }
const broken: Outcome = { status: 200, sent: false }
const gone: Outcome = { status: undefined, sent: false }

describe.each<[string, When, Outcome[], Outcome[]]>([
  ["'always'", 'always', [ok, redirect, missing, broken, gone], []],
  ["'sent'", 'sent', [ok, redirect, missing], [broken, gone]],
  ["'success'", 'success', [ok, redirect], [bad, missing, broken, gone]],
  ['a function', ({ status }) => status === 404, [missing], [ok, redirect, broken, gone]],
])('when: %s', (_, when, runs, skips) => {
  it.each(runs)('runs a task after $status, sent: $sent', async (outcome) => {
    const { tasks, end } = fakeResponse({ when })
    const run = tasks.addTask(() => {})
    end(outcome)
    await run.done
    expect(run.state).toBe('succeeded')
    expect(events).toEqual([])
  })

  it.each(skips)('skips a task after $status, sent: $sent', async (outcome) => {
    const { tasks, runner, end } = fakeResponse({ when })
    let calls = 0
    const run = tasks.addTask(function send() {
      calls += 1
    })
    end(outcome)
    await expect(run.done).rejects.toMatchObject({
      code: 'BG_SKIPPED',
      message: "Task send was skipped: its option `when` did not accept the response's outcome",
    })
    expect([run.state, calls]).toEqual(['skipped', 0])
    expect(events).toEqual([{ name: 'send', reason: 'when', task: run }])
    expect(events[0]?.task).toBe(run)
    expect(runner.stats).toMatchObject({ pending: 0, skipped: 1, failed: 0 })
  })
})

describe('the order of options', () => {
  const places: [string, When | undefined, When | undefined, When | undefined, boolean][] = [
    ['the default', undefined, undefined, undefined, true],
    ["the runner's", undefined, undefined, 'success', false],
    ["the definition's before the runner's", undefined, 'always', 'success', true],
    ["with's before the definition's", 'sent', 'success', 'success', true],
    ["with's before the runner's", 'success', undefined, 'always', false],
  ]

  it.each(places)('is with, definition, runner: %s', async (_, view, own, ofRunner, runs) => {
    const adders = [
      (tasks: ReturnType<typeof fakeResponse>['tasks']) =>
        tasks
          .with(view ? { when: view } : {})
          .addTask(background(() => {}, own ? { when: own } : {})),
      (tasks: ReturnType<typeof fakeResponse>['tasks']) => {
        const task = own ? new Task(() => {}).with({ when: own }) : new Task(() => {})
        return (view ? tasks.with({ when: view }) : tasks).addTask(task)
      },
    ]
    for (const add of adders) {
      const { tasks, runner, end } = fakeResponse(ofRunner ? { when: ofRunner } : {})
      const run = add(tasks)
      end(missing)
      await runner.settled()
      expect(run.state).toBe(runs ? 'succeeded' : 'skipped')
    }
  })

  it('takes the name of with before that of the definition', () => {
    const { tasks } = fakeResponse()
    const mail = background(() => {}, { name: 'mail', when: 'sent' })
    expect(tasks.with({ name: 'other' }).addTask(mail).name).toBe('other')
    expect(tasks.addTask(mail).name).toBe('mail')
  })
})

describe('a function as `when`', () => {
  it('gets the outcome, once', async () => {
    const outcomes: Outcome[] = []
    const { tasks, runner, end } = fakeResponse()
    tasks.with({ when: (outcome) => outcomes.push(outcome) > 0 }).addTask(() => {})
    end(missing)
    await runner.settled()
    expect(outcomes).toEqual([missing])
  })

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('which status?')
      },
      'which status?',
    ],
    [
      'answers no boolean',
      () => 1,
      'Expected `when(outcome)` to be true or false, got `1` (number)',
    ],
    ['answers nothing', () => undefined, 'got `undefined` (undefined)'],
    ['is async', async () => true, '(Promise). It cannot be async'],
  ])('that %s makes its task fail, which is reported', async (_, when, message) => {
    const errors: unknown[] = []
    let calls = 0
    const { tasks, runner, end } = fakeResponse({ onError: (error) => errors.push(error) })
    const run = tasks.with({ when: when as never }).addTask(() => (calls += 1))
    const next = tasks.addTask(() => {})
    end()
    await runner.settled()
    expect([run.state, next.state, calls]).toEqual(['failed', 'succeeded', 0])
    expect(errors).toEqual([run.error])
    expect((run.error as Error).message).toContain(message)
    expect(events).toEqual([])
  })
})

it('a `when` that cancels its task and throws has cancelled it, and no more', async () => {
  const { tasks, runner, end } = fakeResponse()
  const run = tasks
    .with({
      when() {
        run.cancel()
        throw new Error('when failed')
      },
    })
    .addTask(() => {})
  end()
  await runner.settled()
  expect(run.state).toBe('cancelled')
  expect(runner.stats).toMatchObject({ cancelled: 1, failed: 0, pending: 0 })
})

describe('`when` of a task inside of a Tasks', () => {
  it('skips that one alone, with an event', async () => {
    const seen: number[] = []
    const { tasks, end } = fakeResponse()
    const inner = background((value: number) => void seen.push(value), { name: 'inner' })
    const list = new Tasks()
    list.addTask(inner, 1)
    list.addTask(inner.with({ when: 'success' }), 2)
    list.addTask(inner.with({ when: 'always' }), 3)
    const run = tasks.addTask(list)
    end(missing)
    await run.done
    expect(seen).toEqual([1, 3])
    expect(events).toMatchObject([{ name: 'inner', reason: 'when', task: { name: 'Tasks' } }])
  })

  it('has no meaning outside of a response', async () => {
    let calls = 0
    const task = new Task(() => (calls += 1)).with({ when: 'success' })
    await task()
    await new Tasks([task])()
    expect(calls).toBe(2)
  })
})

it('a `when` that is async and rejects fails its task, and leaves no unhandled rejection', async () => {
  const { tasks, runner, end } = fakeResponse()
  const when = (async () => {
    throw new Error('async')
  }) as unknown as () => boolean
  const run = tasks.with({ when }).addTask(() => {})
  end()
  await runner.settled()
  await new Promise((resolve) => setImmediate(resolve)) // vitest fails on an unhandled rejection
  expect(run.state).toBe('failed')
  expect((run.error as Error).message).toContain('It cannot be async')
})
