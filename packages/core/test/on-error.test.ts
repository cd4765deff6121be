import { AsyncLocalStorage } from 'node:async_hooks'
import { createRunner, type Logger, type TaskRun } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred, turn } from './deferred.js'

function memory(): Logger & { readonly reports: string[] } {
  const reports: string[] = []
  return { reports, error: (message) => void reports.push(message) }
}

const failures: [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw new Error('no route')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no route'))],
  ['rejects later', () => turn().then(() => Promise.reject(new Error('no route')))],
]

describe('onError', () => {
  it.each(failures)(
    'is called once, with the error and the run, when a task %s',
    async (_, fail) => {
      const calls: [unknown, TaskRun][] = []
      const states: string[] = []
      const logger = memory()
      const runner = createRunner({
        logger,
        onError(error, run) {
          calls.push([error, run])
          states.push(run.state)
        },
      })
      const run = runner.addTask(fail)
      await runner.settled()
      expect(calls).toEqual([[run.error, run]])
      expect(calls[0]?.[1]).toBe(run)
      expect(states).toEqual(['failed'])
      expect(logger.reports).toEqual([])
    },
  )

  it.each(failures)("runs in the task's own async context when a task %s", async (_, fail) => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const runner = createRunner({ onError: () => seen.push(storage.getStore()) })
    storage.run('first', () => runner.addTask(fail))
    storage.run('second', () => runner.addTask(fail))
    runner.addTask(fail)
    await storage.run('whoever waits', () => runner.settled())
    expect(seen.toSorted()).toEqual(['first', 'second', undefined])
  })

  const broken: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('no webhook')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no webhook'))],
    [
      'returns a thenable that throws',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
        then() {
          throw new Error('no webhook')
        },
      }),
    ],
    [
      'returns an object whose `then` cannot be read',
      () => ({
        // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
        get then() {
          throw new Error('no webhook')
        },
      }),
    ],
  ]

  it.each(broken)('that %s is contained: both errors are reported', async (_, onError) => {
    const logger = memory()
    const runner = createRunner({ logger, onError })
    const run = runner.addTask(() => Promise.reject(new Error('no route')))
    const next = runner.addTask(() => {})
    await next.done
    await turn()
    expect(run.state).toBe('failed')
    expect(logger.reports).toHaveLength(1)
    expect(logger.reports[0]).toContain('onError failed too')
    expect(logger.reports[0]).toContain('no route')
    expect(logger.reports[0]).toContain('no webhook')
  })

  it('that hangs holds up nothing', async () => {
    const gate = deferred()
    const runner = createRunner({ onError: () => gate.promise })
    const run = runner.addTask(() => Promise.reject(new Error('no route')))
    await runner.addTask(() => {}).done
    expect(await runner.drain()).toMatchObject({ ok: true })
    await expect(run.done).rejects.toThrow('no route')
    gate.resolve()
  })

  it('may add tasks', async () => {
    const seen: string[] = []
    const runner = createRunner({
      onError: (_error, run) => runner.addTask(() => seen.push(`alarm for ${run.name}`)),
    })
    runner.addTask(function send() {
      throw new Error('no route')
    })
    await runner.drain()
    expect(seen).toEqual(['alarm for send'])
  })
})
