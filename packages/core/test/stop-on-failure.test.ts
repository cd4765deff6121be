import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { deferred } from './deferred.js'
import { fakeResponse } from './fake-response.js'

const fail = () => Promise.reject(new Error('no route'))

describe("a runner with onFailure: 'stop'", () => {
  it('skips the tasks of the response that come after a failure', async () => {
    const { tasks, runner, end } = fakeResponse({ onFailure: 'stop' })
    const runs = [() => {}, fail, () => {}, () => {}].map((func) => tasks.addTask(func))
    const names: unknown[] = []
    const record = (event: unknown) => void names.push((event as { reason: string }).reason)
    subscribe('backgrounder.task.skipped', record)
    end()
    await runner.settled()
    unsubscribe('backgrounder.task.skipped', record)
    expect(runs.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'skipped', 'skipped'])
    expect(names).toEqual(['failure', 'failure'])
    await expect(runs[2]?.done).rejects.toMatchObject({
      code: 'BG_SKIPPED',
      message: expect.stringContaining(
        "was skipped: an earlier task of its response failed, under onFailure: 'stop'",
      ),
    })
  })

  it('skips what is added to the response later, too', async () => {
    const { tasks, runner, end } = fakeResponse({ onFailure: 'stop' })
    tasks.addTask(fail)
    end()
    await runner.settled()
    const late = tasks.addTask(() => {})
    await runner.settled()
    expect(late.state).toBe('skipped')
  })

  it('skips nothing of other responses, and nothing outside of one', async () => {
    const runner = createRunner({ onFailure: 'stop', onError: () => {} })
    const [first, second] = [fakeResponse({}, runner), fakeResponse({}, runner)]
    first.tasks.addTask(fail)
    const other = second.tasks.addTask(() => {})
    runner.addTask(fail)
    const outside = runner.addTask(() => {})
    first.end()
    await runner.addTask(() => {}).done
    second.end()
    await runner.settled()
    expect([other.state, outside.state]).toEqual(['succeeded', 'succeeded'])
  })

  it('is not stopped by a task that was skipped', async () => {
    const { tasks, runner, end } = fakeResponse({ onFailure: 'stop' })
    const skipped = tasks.with({ when: () => false }).addTask(() => {})
    const next = tasks.addTask(() => {})
    end()
    await runner.settled()
    expect([skipped.state, next.state]).toEqual(['skipped', 'succeeded'])
  })

  it('lets those of a group that run go on', async () => {
    const { tasks, runner, end } = fakeResponse({ onFailure: 'stop', asGroup: true })
    const gate = deferred()
    const running = tasks.addTask(() => gate.promise)
    const failing = tasks.addTask(fail)
    end()
    await failing.done.catch(() => {})
    gate.resolve()
    await runner.settled()
    expect([running.state, failing.state]).toEqual(['succeeded', 'failed'])
  })
})

describe("a runner with onFailure: 'continue', the default", () => {
  it('runs the other tasks of the response; a Tasks among them stops at its own', async () => {
    const seen: string[] = []
    const { tasks, runner, end } = fakeResponse()
    const list = new Tasks([new Task(fail), new Task(() => seen.push('second of the list'))])
    const stopped = tasks.addTask(list)
    const next = tasks.addTask(() => seen.push('the next'))
    end()
    await runner.settled()
    expect(seen).toEqual(['the next'])
    expect([stopped.state, next.state]).toEqual(['failed', 'succeeded'])
    expect(stopped.error).toMatchObject({ message: 'no route' })
  })
})
