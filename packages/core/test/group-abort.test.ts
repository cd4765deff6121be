import { once } from 'node:events'
import { currentTask, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'
import { stillClock } from './fake-clock.js'
import { failing, patient } from './signal-tasks.js'

stillClock()

const group = { asGroup: true } as const

describe('the signal of a task in a group', () => {
  it('is aborted when a sibling fails, with an AbortError whose cause is the failure', async () => {
    const reasons: unknown[] = []
    const gate = deferred()
    const error = new Error('no route')
    const tasks = new Tasks(
      [patient(reasons), failing(gate.promise, error), patient(reasons)],
      group,
    )
    const ended = tasks()
    await turn()
    expect(reasons).toEqual([])
    gate.resolve()
    await expect(ended).rejects.toMatchObject({ errors: [error] })
    expect(reasons).toHaveLength(2)
    expect(reasons[0]).toMatchObject({ name: 'AbortError', cause: error })
  })

  it('is aborted also when the sibling fails synchronously, before the others have started', async () => {
    let started = false
    const throwing = new Task(() => {
      throw new Error('at once')
    })
    const signals: (AbortSignal | undefined)[] = []
    const early = new Task(async () => {
      signals.push(currentTask()?.signal)
      await turn()
    })
    const list = [early, throwing, new Task(() => (started = true))]
    await expect(new Tasks(list, { ...group, concurrency: 2 })()).rejects.toThrow('1 of 3')
    expect(signals[0]?.aborted).toBe(true)
    expect(started).toBe(false)
  })

  it('may be read for the first time after the failure', async () => {
    const gate = deferred()
    let aborted: boolean | undefined
    const late = new Task(async () => {
      const task = currentTask()
      await gate.promise
      aborted = task?.signal.aborted
    })
    const ended = new Tasks([late, failing(Promise.resolve(), 'no')], group)()
    await turn()
    gate.resolve()
    await expect(ended).rejects.toMatchObject({ errors: ['no'] })
    expect(aborted).toBe(true)
  })

  it('does not make a failure of its own: who throws its reason was told to', async () => {
    const obedient = new Task(async () => {
      const signal = currentTask()?.signal as AbortSignal
      await once(signal, 'abort')
      signal.throwIfAborted()
    })
    const tasks = new Tasks([obedient, failing(Promise.resolve(), 'no')], group)
    await expect(tasks()).rejects.toMatchObject({ errors: ['no'] })
  })

  it('is not aborted after a success', async () => {
    let signal: AbortSignal | undefined
    const watching = new Task(() => {
      signal = currentTask()?.signal
    })
    await new Tasks([watching, new Task(() => {})], group)()
    expect(signal?.aborted).toBe(false)
  })

  it('is not aborted in a list in order: the others have ended or not started', async () => {
    let signal: AbortSignal | undefined
    const watching = new Task(() => {
      signal = currentTask()?.signal
    })
    await expect(new Tasks([watching, failing(Promise.resolve(), 'no')])()).rejects.toBe('no')
    expect(signal?.aborted).toBe(false)
  })
})

it('a group that is told to stop after all of it has started, and ends well, has succeeded', async () => {
  const gate = deferred()
  const stop = new AbortController()
  const tasks = new Tasks([new Task(() => gate.promise)], { asGroup: true })
  const ended = tasks.with({ signal: stop.signal })()
  stop.abort(new Error('told to stop'))
  gate.resolve()
  await expect(ended).resolves.toBeUndefined()
})
