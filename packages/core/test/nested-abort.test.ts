import { once } from 'node:events'
import { createRunner, currentTask, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'
import { stillClock } from './fake-clock.js'
import { isCollected } from './garbage.js'
import { failing, patient } from './signal-tasks.js'

stillClock()

const group = { asGroup: true } as const

describe('the signal of a task in a Tasks inside of another', () => {
  it.each([
    ['a group', (task: Task) => new Tasks([task], group)],
    ['a list in order', (task: Task) => new Tasks([task])],
    ['lists in lists', (task: Task) => new Tasks([new Tasks([new Tasks([task], group)])])],
    ['a Task of a Task', (task: Task) => new Task(() => task())],
  ])('is aborted by a failure outside of it: %s', async (_, wrap) => {
    const reasons: unknown[] = []
    const error = new Error('outside')
    const gate = deferred()
    const ended = new Tasks([wrap(patient(reasons)), failing(gate.promise, error)], group)()
    await turn()
    gate.resolve()
    await expect(ended).rejects.toMatchObject({ errors: [error] })
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toMatchObject({ name: 'AbortError', cause: error })
  })

  it('is aborted also where it is read for the first time after the failure', async () => {
    const gate = deferred()
    let aborted: boolean | undefined
    const late = new Task(async () => {
      const task = currentTask()
      await gate.promise
      aborted = task?.signal.aborted
    })
    const inner = new Tasks([late], group)
    const ended = new Tasks([inner, failing(Promise.resolve(), 'no')], group)()
    await turn()
    gate.resolve()
    await expect(ended).rejects.toMatchObject({ errors: ['no'] })
    expect(aborted).toBe(true)
  })

  it('is waited for by the outer call', async () => {
    const gate = deferred()
    const steps: string[] = []
    const inner = new Tasks([new Task(() => gate.promise.then(() => steps.push('inner')))], group)
    const ended = new Tasks([failing(Promise.resolve(), 'no'), inner], group)().catch(() =>
      steps.push('call'),
    )
    await turn()
    gate.resolve()
    await ended
    expect(steps).toEqual(['inner', 'call'])
  })

  it('of an inner failure leaves the outer siblings to the outer list', async () => {
    const reasons: unknown[] = []
    const inner = new Tasks([failing(Promise.resolve(), 'inner'), patient(reasons)], group)
    await expect(new Tasks([inner, patient(reasons)], group)()).rejects.toMatchObject({
      errors: [{ name: 'AggregateError', errors: ['inner'] }],
    })
    expect(reasons).toMatchObject([{ cause: 'inner' }, { cause: { errors: ['inner'] } }])
  })

  it('is not kept by what is around it once the inner group has ended', async () => {
    const signals: WeakRef<AbortSignal>[] = []
    const runner = createRunner()
    const gate = deferred()
    const outer = runner.addTask(async () => {
      void currentTask()?.signal
      const look = () => void signals.push(new WeakRef(currentTask()?.signal as AbortSignal))
      await new Tasks([new Task(look), new Tasks([new Task(look)], group)], group)()
      await gate.promise
    })
    while (signals.length < 2) await turn()
    await turn()
    for (const signal of signals) expect(await isCollected(signal)).toBe(true)
    gate.resolve()
    await outer.done
  })

  it('makes no warning of too many listeners', async () => {
    const warnings: Error[] = []
    const warn = (warning: Error) => void warnings.push(warning)
    process.on('warning', warn)
    const reasons: unknown[] = []
    const list = Array.from({ length: 30 }, () => new Tasks([patient(reasons)], group))
    const tasks = new Tasks([...list, failing(Promise.resolve(), 'no')], group)
    await expect(tasks()).rejects.toThrow()
    await turn()
    process.off('warning', warn)
    expect([reasons.length, warnings]).toEqual([30, []])
  })
})

describe('a list inside of a group that has failed', () => {
  it.each([
    ['in order', {}],
    ['a group', { asGroup: true, concurrency: 1 }],
    ['in order, that continues', { onFailure: 'continue' }],
  ] as const)('starts nothing more: %s', async (_, options) => {
    const started: number[] = []
    const gate = deferred()
    const inner = Array.from({ length: 3 }, (_each, index) => {
      return new Task(async () => {
        started.push(index)
        await gate.promise
      })
    })
    const error = new Error('outside')
    const ended = new Tasks([new Tasks(inner, options), failing(turn(), error)], group)()
    await turn()
    await turn()
    gate.resolve()
    await expect(ended).rejects.toMatchObject({ errors: [error] })
    expect(started).toEqual([0])
  })
})

describe('lists', () => {
  it.each([true, false])('nest in any depth (asGroup: %s)', async (asGroup) => {
    let ran = 0
    let task: Task = new Task(() => {
      ran += 1
    })
    for (let depth = 0; depth < 5_000; depth++) task = new Tasks([task], { asGroup })
    await task()
    expect(ran).toBe(1)
  })

  it('nest in any depth, and their signals are aborted together', async () => {
    const started = deferred()
    const reasons: unknown[] = []
    let task: Task = new Task(async () => {
      const signal = currentTask()?.signal as AbortSignal
      started.resolve()
      await once(signal, 'abort')
      reasons.push(signal.reason)
    })
    for (let depth = 0; depth < 20_000; depth++) task = new Tasks([task], group)
    const runner = createRunner()
    const run = runner.addTask(task)
    await started.promise
    run.cancel('no need')
    await runner.settled()
    expect([run.state, reasons]).toEqual(['cancelled', ['no need']])
  })

  it('that share lists are looked through once', () => {
    let list = new Tasks()
    for (let doubling = 0; doubling < 40; doubling++) list = new Tasks([list, list])
    const outer = new Tasks()
    outer.addTask(list)
    expect(outer.size).toBe(1)
  })
})
