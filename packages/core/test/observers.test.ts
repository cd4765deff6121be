import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type AttemptEvent,
  createRunner,
  currentTask,
  detailsOf,
  type SettledEvent,
  Task,
  type TaskContext,
  type TaskRun,
} from '@backgrounder/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listen, published } from './channels.js'
import { childProcesses } from './child.js'
import { deferred, turn } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const runChild = childProcesses()
const noRoute = new Error('no route')

describe('the channel backgrounder.task.ready', () => {
  it('has a task when its response is over, and again before each further attempt', async () => {
    const { tasks, runner, end } = fakeResponse({
      onError() {},
      retries: { attempts: 2, delay: 1 },
    })
    const seen: string[] = []
    listen<{ task: TaskContext }>('task.ready', ({ task }) => {
      seen.push(`${task.name} ${task.attempt} ${detailsOf(task)?.run.state}`)
    })
    tasks.addTask(function send() {
      throw noRoute
    })
    expect(seen).toEqual([])
    end()
    await runner.settled()
    expect(seen).toEqual(['send 1 ready', 'send 2 ready'])
  })
})

describe('the channel backgrounder.task.settled', () => {
  it('has every end, once, after onError', async () => {
    const told: unknown[] = []
    const { tasks, runner, end } = fakeResponse({
      onError: (error) => void told.push(error),
    })
    listen<SettledEvent>('task.settled', ({ task, state, error }) => {
      expect(detailsOf(task)?.run.state).toBe(state)
      told.push(`${task.name} ${state}`, error)
    })
    tasks.with({ name: 'skipped', when: () => false }).addTask(() => {})
    tasks.addTask(async function good() {})
    tasks.addTask(function bad() {
      throw noRoute
    })
    tasks
      .with({ name: 'cancelled' })
      .addTask(() => {})
      .cancel('no need')
    end()
    await runner.settled()
    expect(told).toEqual([
      'cancelled cancelled',
      expect.objectContaining({ code: 'BG_CANCELLED' }),
      'skipped skipped',
      expect.objectContaining({ code: 'BG_SKIPPED' }),
      'good succeeded',
      undefined,
      noRoute,
      'bad failed',
      noRoute,
    ])
  })

  it('has promises that are tracked', async () => {
    const runner = createRunner()
    const events = published<SettledEvent>('task.settled')
    const run = runner.track(Promise.resolve())
    await runner.settled()
    expect(events).toMatchObject([{ task: run, state: 'succeeded' }])
  })
})

describe('the channel backgrounder.task.attempt', () => {
  const scope = new AsyncLocalStorage<string>()

  /** Puts something around each attempt, until the test has ended. */
  function around(replace: (call: () => unknown, event: AttemptEvent) => () => unknown): void {
    listen<AttemptEvent>('task.attempt', (event) => {
      event.call = replace(event.call, event)
    })
  }

  it('lets a subscriber put a scope around each attempt, `around` included', async () => {
    const seen: unknown[] = []
    const see = (where: string) => seen.push(`${where} ${scope.getStore()}`)
    const runner = createRunner({
      retries: { attempts: 2, delay: 0 },
      around: (_task, next) => {
        see('around')
        return next()
      },
    })
    around(
      (call, { task, attempt }) =>
        () =>
          scope.run(`${task.name} ${attempt}`, call),
    )
    runner.addTask(async function send() {
      see('send')
      await turn()
      see('later')
      if (currentTask()?.attempt !== 2 && seen.length < 4) throw noRoute
    })
    await runner.settled()
    expect(seen).toEqual([
      ...['around send 1', 'send send 1', 'later send 1'],
      ...['around send 2', 'send send 2', 'later send 2'],
    ])
  })

  it('starts a lazy query inside of the scope, and once, however many look', async () => {
    const starts: unknown[] = []
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: a lazy query, as Knex and Prisma have them
      then(resolve: (value: unknown) => void) {
        starts.push(scope.getStore())
        resolve(42)
      },
    }
    around(
      (call) => () =>
        scope.run('scope', () => {
          const result = call() as Promise<unknown>
          void result.then(() => {})
          return result
        }),
    )
    const runner = createRunner()
    runner.addTask(() => query)
    await runner.settled()
    expect(starts).toEqual(['scope'])
  })

  it.each<[string, (call: () => unknown) => unknown]>([
    ['calls twice', (call) => [call(), call()]],
    ['does not call', () => 'nothing'],
    [
      'swallows the error',
      (call) => {
        try {
          return call()
        } catch {
          return undefined
        }
      },
    ],
    [
      'gives back a promise that rejects',
      (call) => {
        try {
          call()
        } catch {}
        return Promise.reject(new Error('of the observer'))
      },
    ],
  ])('a subscriber that %s changes nothing', async (_, observe) => {
    around((call) => () => observe(call))
    const runner = createRunner({ onError() {} })
    let count = 0
    const good = runner.addTask(() => {
      count += 1
    })
    const bad = runner.addTask(() => {
      throw noRoute
    })
    await runner.settled()
    expect([count, good.state, bad.state, bad.error]).toEqual([1, 'succeeded', 'failed', noRoute])
  })

  it('cannot run a task again from inside of it', async () => {
    let again: (() => unknown) | undefined
    around((call) => {
      again = call
      return call
    })
    const runner = createRunner({ around: (_task, next) => [again?.(), next()][1] })
    let count = 0
    const run = runner.addTask(() => {
      count += 1
      if (count < 5) again?.()
    })
    await runner.settled()
    expect([count, run.state]).toEqual([1, 'succeeded'])
  })

  it('cannot change the end by what it does to the promise', async () => {
    around((call) => () => {
      const promise = call() as Promise<unknown>
      void Object.defineProperty(promise, 'then', { value: undefined })
      Object.setPrototypeOf(promise, {})
      return promise
    })
    const runner = createRunner({ onError() {} })
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    await turn()
    await turn()
    expect(run.state).toBe('running')
    gate.reject(noRoute)
    await runner.settled()
    expect([run.state, run.error]).toEqual(['failed', noRoute])
  })

  it('an error of a subscriber is one of the process, and the task runs', async () => {
    const { stdout } = await runChild(`
      const { subscribe } = require('node:diagnostics_channel')
      const { createRunner } = require('@backgrounder/core')
      process.on('uncaughtException', (error) => console.log('uncaught', error.message))
      subscribe('backgrounder.task.attempt', (event) => {
        event.call = () => { throw new Error('of the observer') }
      })
      createRunner().addTask(() => console.log('ran')).done.then(() => console.log('done'))
    `)
    expect(stdout.trim().split('\n').toSorted()).toEqual([
      'done',
      'ran',
      'uncaught of the observer',
    ])
  })
})

describe('detailsOf', () => {
  it('has the runner, the arguments and the line, until the task is settled and was told of', async () => {
    const runner = createRunner({ onError() {} })
    const inEvent: unknown[] = []
    listen<SettledEvent>('task.settled', ({ task }) => inEvent.push(detailsOf(task)?.args))
    const run: TaskRun = runner.addTask((_to: string) => {}, 'a@b.c')
    expect(detailsOf(run)).toEqual({
      run,
      runner,
      args: ['a@b.c'],
      addedAt: expect.stringContaining('observers.test.ts:'),
      isJob: false,
      headers: undefined,
    })
    await runner.settled()
    expect(inEvent).toEqual([['a@b.c']])
    expect(detailsOf(run)?.args).toEqual([])
  })

  it.each([
    [undefined, '`undefined` (undefined)'],
    [null, '`null` (null)'],
    ['mail', "`'mail'` (string)"],
    [7, '`7` (number)'],
    [Symbol('mail'), '`Symbol(mail)` (symbol)'],
  ])('refuses %s', (value, got) => {
    const look = () => detailsOf(value as never)
    expect(look).toThrow(TypeError)
    expect(look).toThrow(
      `Expected \`task\` to be the task of an event, or what addTask gave back, got ${got}`,
    )
    expect(detailsOf({} as never)).toBeUndefined()
  })

  it('has nothing of a task that no runner runs', async () => {
    const seen: unknown[] = []
    await new Task(() => {
      seen.push(detailsOf(currentTask() as TaskContext))
    })()
    expect(seen).toEqual([undefined])
  })
})

describe('how long it took', () => {
  const pass = fakeClock()

  it('settled has one that is out of time at its deadline, and not again when its function ends', async () => {
    const runner = createRunner({ onError() {} })
    const events = published<SettledEvent>('task.settled')
    const gate = deferred()
    await pass(1) // the clock of the test begins at 0, where nothing has started
    const run = runner.addTask(new Task(() => gate.promise).with({ timeout: 50 }))
    await pass(60)
    expect(events).toMatchObject([{ task: run, state: 'timedOut', error: run.error, ms: 50 }])
    gate.resolve()
    await runner.settled()
    expect(events).toHaveLength(1)
  })

  it('settled tells how long the last attempt ran, and of none that has not started', async () => {
    const runner = createRunner({ retries: { attempts: 2, delay: 0 } })
    const events = published<SettledEvent>('task.settled')
    const first = deferred()
    const second = deferred()
    const gates = [first, second]
    runner.addTask(() => gates.shift()?.promise)
    runner.addTask(() => {}).cancel()
    await pass(500)
    first.reject(noRoute)
    await pass(0)
    await pass(70)
    second.resolve()
    await runner.settled()
    expect(events.map(({ state, ms }) => [state, ms])).toEqual([
      ['cancelled', undefined],
      ['succeeded', expect.closeTo(70, -1)],
    ])
  })

  it('drain tells whose drain it is, and how long it took', async () => {
    const runner = createRunner()
    const events = published('drain')
    const gate = deferred()
    onTestFinished(() => gate.resolve())
    runner.addTask(() => gate.promise)
    const drain = runner.drain({ timeout: 1_000 })
    await pass(300)
    gate.resolve()
    const report = await drain
    expect(events).toEqual([
      { runner, phase: 'start', timeout: 1_000, report: undefined, ms: undefined },
      { runner, phase: 'end', timeout: 1_000, report, ms: expect.closeTo(300, -1) },
    ])
  })
})
