import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  background,
  createRunner,
  type Engine,
  type HandedOffEvent,
  NotDurableError,
  Task,
  Tasks,
} from '@backgrounder/core'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { describe, expect, it } from 'vitest'
import { deferred } from './deferred.js'
import { fakeResponse } from './fake-response.js'

const quiet = { logger: { error() {} } }
const hang = () => new Promise<void>(() => {})

function durable(calls: unknown[] = []) {
  return background((value: unknown) => calls.push(value), { name: 'send', durable: true })
}

function refusing(error: unknown): Engine {
  const engine = inMemoryEngine()
  return Object.assign(engine, { add: () => Promise.reject(error) })
}

describe('at the end of a drain', () => {
  it('durable tasks that have not started are given to the engine, under their ids', async () => {
    const engine = inMemoryEngine()
    const calls: unknown[] = []
    const send = durable(calls)
    const { tasks, runner } = fakeResponse({ engine, concurrency: 1, ...quiet })
    const blocking = runner.addTask(hang)
    const ready = runner.addTask(send, 1)
    const waiting = tasks.addTask(send, 2) // its response is not over
    const heard: unknown[] = []
    const hear = (event: unknown) => heard.push((event as HandedOffEvent).task)
    subscribe('backgrounder.task.handedOff', hear)
    const report = await runner.drain({ timeout: 20 })
    unsubscribe('backgrounder.task.handedOff', hear)
    expect(report).toMatchObject({ ok: false, handedOff: 2, abandoned: [blocking] })
    expect(engine.jobs.map(({ id, args }) => [id, args])).toEqual([
      [ready.id, [1]],
      [waiting.id, [2]],
    ])
    expect(heard).toEqual([ready, waiting])
    for (const run of [ready, waiting]) {
      expect(run).toMatchObject({ state: 'handedOff', error: { code: 'BG_HANDED_OFF' } })
      await expect(run.done).rejects.toBe(run.error)
    }
    expect([calls, runner.stats.pending, runner.stats.handedOff]).toEqual([[], 0, 2])
  })

  it('one that is handed over is ok, if nothing else is left', async () => {
    const engine = inMemoryEngine()
    const { tasks, runner } = fakeResponse({ engine, ...quiet })
    tasks.addTask(durable(), 1)
    expect(await runner.drain({ timeout: 10 })).toMatchObject({ ok: true, handedOff: 1 })
  })

  it('one that has started is not handed over: it would run twice', async () => {
    const engine = inMemoryEngine()
    const runner = createRunner({ engine, ...quiet })
    const run = runner.addTask(background(hang, { name: 'hang', durable: true }))
    expect(await runner.drain({ timeout: 20 })).toMatchObject({ handedOff: 0, abandoned: [run] })
    expect(engine.jobs).toEqual([])
  })

  it('one that is not durable is abandoned, and so is a durable one without an engine', async () => {
    const engine = inMemoryEngine()
    const { tasks, runner } = fakeResponse({ engine, ...quiet })
    tasks.addTask(background(hang, { name: 'not-durable' }))
    expect(await runner.drain({ timeout: 10 })).toMatchObject({ handedOff: 0 })
    const without = fakeResponse(quiet)
    without.tasks.addTask(durable(), 1)
    expect(await without.runner.drain({ timeout: 10 })).toMatchObject({ ok: false, handedOff: 0 })
    expect(engine.jobs).toEqual([])
  })

  it('what the engine refuses is abandoned, with its error as the cause', async () => {
    const cause = new Error('down')
    const { tasks, runner } = fakeResponse({ engine: refusing(cause), ...quiet })
    const run = tasks.addTask(durable(), 1)
    expect(await runner.drain({ timeout: 10 })).toMatchObject({ abandoned: [run], handedOff: 0 })
    expect(run.error).toMatchObject({ code: 'BG_ABANDONED', cause: { code: 'BG_ENQUEUE', cause } })
  })

  it('one that is being handed over neither starts nor is cancelled', async () => {
    const stored = deferred<{ id: string }>()
    const engine = Object.assign(inMemoryEngine(), { add: () => stored.promise })
    const calls: unknown[] = []
    const { tasks, runner, end } = fakeResponse({ engine, ...quiet })
    const run = tasks.addTask(durable(calls), 1)
    const drained = runner.drain({ timeout: 40 })
    await new Promise((resolve) => setTimeout(resolve, 30)) // past its half, when it is handed over
    end()
    expect(run.cancel()).toBe(false)
    stored.resolve({ id: run.id })
    expect(await drained).toMatchObject({ ok: true, handedOff: 1 })
    expect(calls).toEqual([])
  })

  it('also what is added in its last moments', async () => {
    const engine = inMemoryEngine()
    const { tasks, runner } = fakeResponse({ engine, ...quiet })
    runner.addTask(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      tasks.addTask(durable(), 'late')
    })
    expect(await runner.drain({ timeout: 50 })).toMatchObject({ handedOff: 1 })
    expect(engine.jobs).toMatchObject([{ args: ['late'] }])
  })
})

describe('a durable task that may not run', () => {
  const failed = { status: 500, sent: true }
  const success = background(() => {}, { name: 'send', durable: true, when: 'success' })

  it('is skipped when its response says so, and is no job', async () => {
    const engine = inMemoryEngine()
    const { tasks, runner, end } = fakeResponse({ engine, concurrency: 1, ...quiet })
    runner.addTask(hang)
    const [ready, waiting] = [tasks.addTask(success), tasks.addTask(success)]
    end(failed)
    expect(await runner.drain({ timeout: 20 })).toMatchObject({ skipped: 2, handedOff: 0 })
    expect([ready.state, waiting.state]).toEqual(['skipped', 'skipped'])
    expect(engine.jobs).toEqual([])
  })

  it('and does after its response, is a job', async () => {
    const engine = inMemoryEngine()
    const { tasks, runner, end } = fakeResponse({ engine, concurrency: 1, ...quiet })
    runner.addTask(hang)
    tasks.addTask(success)
    tasks.addTask(success)
    end()
    expect(await runner.drain({ timeout: 20 })).toMatchObject({ skipped: 0, handedOff: 2 })
  })

  it('is abandoned as long as its response is not over: who knows', async () => {
    const engine = inMemoryEngine()
    const { tasks, runner } = fakeResponse({ engine, ...quiet })
    const run = tasks.addTask(success)
    expect(await runner.drain({ timeout: 20 })).toMatchObject({ abandoned: [run], handedOff: 0 })
    expect(engine.jobs).toEqual([])
  })

  it("is abandoned behind one that runs, under onFailure: 'stop'", async () => {
    const engine = inMemoryEngine()
    const { tasks, runner, end } = fakeResponse({ engine, onFailure: 'stop', ...quiet })
    const [first, second] = [tasks.addTask(hang), tasks.addTask(durable(), 2)]
    end()
    await new Promise((resolve) => setImmediate(resolve))
    expect(await runner.drain({ timeout: 20 })).toMatchObject({ abandoned: [first, second] })
    expect(engine.jobs).toEqual([])
  })

  it('whose `when` throws has failed', async () => {
    const engine = inMemoryEngine()
    const { tasks, runner, end } = fakeResponse({ engine, concurrency: 1, ...quiet })
    runner.addTask(hang)
    const error = new Error('of when')
    const when = () => {
      throw error
    }
    const run = tasks.addTask(durable().with({ when }), 1)
    end()
    expect(await runner.drain({ timeout: 20 })).toMatchObject({ failed: 1, handedOff: 0 })
    expect(run).toMatchObject({ state: 'failed', error })
  })
})

describe('a durable task that could not be handed over', () => {
  it('is refused when it is added: its arguments, or its name', () => {
    const runner = createRunner({ engine: inMemoryEngine() })
    expect(() => runner.addTask(durable(), new Date())).toThrow('args[0] is a Date')
    const nameless = background(() => {}, { durable: true })
    expect(() => runner.addTask(nameless)).toThrow('give it a name with background(fn, { name })')
    const list = new Tasks([new Task(hang)]).with({ name: 'list', durable: true })
    expect(() => runner.addTask(list)).toThrow(NotDurableError)
    expect(runner.stats.pending).toBe(0)
  })
})
