import { AsyncLocalStorage } from 'node:async_hooks'
import { createRunner } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { deferred, turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

function platform() {
  const works: Promise<void>[] = []
  const ended: number[] = []
  const waitUntil = (work: Promise<void>) => {
    const index = works.push(work) - 1
    void work.then(() => ended.push(index))
  }
  return { works, ended, waitUntil }
}

describe('`waitUntil`', () => {
  it('is given the work of a response, once, at its first task and before its end', async () => {
    const { works, ended, waitUntil } = platform()
    const { tasks, runner, end } = fakeResponse({ waitUntil })
    expect(works).toHaveLength(0)
    tasks.addTask(() => {})
    expect(works).toHaveLength(1)
    const gate = deferred()
    tasks.addTask(() => gate.promise)
    tasks.track(gate.promise)
    end()
    await turn()
    await turn()
    expect([works.length, ended]).toEqual([1, []])
    gate.resolve()
    await runner.settled()
    await turn()
    expect(ended).toEqual([0])
  })

  it('is given another promise for what is added when all was done', async () => {
    const { works, ended, waitUntil } = platform()
    const { tasks, runner, end } = fakeResponse({ waitUntil })
    tasks.addTask(() => {})
    end()
    await runner.settled()
    tasks.addTask(() => {})
    await runner.settled()
    await turn()
    expect([works.length, ended]).toEqual([2, [0, 1]])
  })

  it('is given one for each response, and for each task and promise outside of one', async () => {
    const { works, ended, waitUntil } = platform()
    const runner = createRunner({ waitUntil, onError: () => {} })
    const responses = [fakeResponse({}, runner), fakeResponse({}, runner)]
    for (const { tasks } of responses) tasks.addTask(() => {})
    runner.addTask(() => {})
    runner.track(Promise.resolve())
    expect(works).toHaveLength(4)
    for (const { end } of responses) end()
    await runner.settled()
    await turn()
    expect(ended.toSorted()).toEqual([0, 1, 2, 3])
  })

  it('is given a promise that resolves to nothing, whatever becomes of the tasks', async () => {
    const { works, waitUntil } = platform()
    const { tasks, runner, end } = fakeResponse({ waitUntil, logger: { error: () => {} } })
    const fail = () => Promise.reject(new Error('no route'))
    tasks.addTask(fail)
    tasks.with({ when: () => false }).addTask(() => {})
    tasks.addTask(() => {}).cancel()
    tasks.track(fail())
    runner.addTask(fail)
    runner.addTask(() => {}).cancel()
    runner.track(fail())
    end()
    await runner.settled()
    const never = fakeResponse({}, runner)
    never.tasks.addTask(() => {})
    await runner.drain({ timeout: 1 })
    expect(works).toHaveLength(5)
    expect(await Promise.all(works)).toEqual(works.map(() => undefined))
  })

  it('is not given the work of what was refused', () => {
    const { works, waitUntil } = platform()
    const { tasks, runner } = fakeResponse({ waitUntil, maxPending: 1 })
    runner.addTask(() => {})
    expect(() => tasks.addTask(() => {})).toThrow('1 task is pending')
    expect(() => tasks.addTask(42 as never)).toThrow(TypeError)
    expect(() => tasks.track(42 as never)).toThrow(TypeError)
    expect(works).toHaveLength(1)
  })

  const broken: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('no\nplatform')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no\nplatform'))],
  ]

  it.each(broken)('that %s is told on the logger, and the work is done', async (_, waitUntil) => {
    const lines: string[] = []
    const { tasks, runner, end } = fakeResponse({
      waitUntil,
      logger: { error: (line) => lines.push(line) },
    })
    const run = tasks.addTask(() => {})
    end()
    await runner.addTask(() => {}).done
    await runner.settled()
    expect(run.state).toBe('succeeded')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^waitUntil failed: Error: no\\n/)
    expect(lines[0]).not.toContain('\n')
  })

  it('may add tasks: they come behind the one that it is called for', async () => {
    const seen: string[] = []
    const waitUntil = vi.fn(() => {
      if (waitUntil.mock.calls.length === 1) tasks.addTask(() => seen.push('of waitUntil'))
    })
    const { tasks, runner, end } = fakeResponse({ waitUntil })
    tasks.addTask(() => seen.push('first'))
    end()
    await runner.settled()
    expect([seen, tasks.size]).toEqual([['first', 'of waitUntil'], 0])
    expect(waitUntil).toHaveBeenCalledOnce()
  })

  it('is called in the async context of whoever adds the task', () => {
    const storage = new AsyncLocalStorage<string>()
    const stores: unknown[] = []
    const { tasks, runner } = fakeResponse({ waitUntil: () => stores.push(storage.getStore()) })
    storage.run('a response', () => tasks.addTask(() => {}))
    storage.run('a runner', () => runner.addTask(() => {}))
    expect(stores).toEqual(['a response', 'a runner'])
  })

  it('that is not set costs no promise', () => {
    const { tasks, runner } = fakeResponse()
    expect(runner.options.waitUntil).toBeUndefined()
    tasks.addTask(() => {})
  })
})
