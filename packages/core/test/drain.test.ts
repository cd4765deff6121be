import { createRunner } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { childProcesses } from './child.js'
import { deferred, turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

const runChild = childProcesses()
const nothing = {
  ok: true,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  cancelled: 0,
  skipped: 0,
  handedOff: 0,
  abandoned: [],
}

describe('runner.drain', () => {
  it('is immediate when nothing is pending', async () => {
    const turns: string[] = []
    setImmediate(() => turns.push('a turn'))
    expect(await createRunner().drain()).toEqual(nothing)
    expect(turns).toEqual([])
  })

  it('waits for what runs and for what is ready', async () => {
    const runner = createRunner()
    const gate = deferred()
    const running = runner.addTask(() => gate.promise)
    await turn()
    const ready = runner.addTask(() => gate.promise)
    expect([running.state, ready.state]).toEqual(['running', 'ready'])
    let isOver = false
    const drained = runner.drain().finally(() => {
      isOver = true
    })
    await turn()
    await turn()
    expect(isOver).toBe(false)
    gate.resolve()
    expect(await drained).toEqual({ ...nothing, succeeded: 2 })
  })

  it('waits for tasks whose response is in flight', async () => {
    const { tasks, runner, end } = fakeResponse()
    const run = tasks.addTask(() => {})
    const drained = runner.drain()
    await turn()
    expect(run.state).toBe('waiting')
    end()
    expect(await drained).toEqual({ ...nothing, succeeded: 1 })
  })

  it('waits for what is added meanwhile, by a task or by whoever awaits one', async () => {
    const runner = createRunner()
    const seen: string[] = []
    const run = runner.addTask(async () => {
      await turn()
      runner.addTask(() => seen.push('by a task'))
    })
    void run.done.then(() => runner.addTask(() => seen.push('by a waiter')))
    expect(await runner.drain()).toEqual({ ...nothing, succeeded: 3 })
    expect(seen).toEqual(['by a task', 'by a waiter'])
  })

  it('waits for what is added by whoever awaited the last one', async () => {
    const runner = createRunner()
    const gate = deferred()
    let ended = false
    const run = runner.addTask(() => {})
    void run.done.then(() => runner.addTask(() => gate.promise.then(() => (ended = true))))
    const drained = runner.drain()
    await run.done
    await turn()
    gate.resolve()
    expect(await drained).toEqual({ ...nothing, succeeded: 2 })
    expect(ended).toBe(true)
  })

  it('reports what became of the tasks since it began', async () => {
    const { tasks, runner, end } = fakeResponse({ onError: () => {} })
    await runner.addTask(() => {}).done
    tasks.addTask(() => {})
    tasks.addTask(() => Promise.reject(new Error('no route')))
    tasks.with({ when: () => false }).addTask(() => {})
    const drained = runner.drain()
    end()
    expect(await drained).toEqual({ ...nothing, succeeded: 1, failed: 1, skipped: 1 })
    expect(runner.stats).toEqual({
      pending: 0,
      running: 0,
      overdue: 0,
      succeeded: 2,
      failed: 1,
      timedOut: 0,
      cancelled: 0,
      skipped: 1,
      handedOff: 0,
      abandoned: 0,
    })
  })

  it('may be called again while it waits', async () => {
    const runner = createRunner()
    const gate = deferred()
    runner.addTask(() => gate.promise)
    const drains = [runner.drain(), runner.drain({ timeout: false })]
    gate.resolve()
    const report = { ...nothing, succeeded: 1 }
    expect(await Promise.all(drains)).toEqual([report, report])
  })

  it('may be called by a task, which does not wait for it', async () => {
    const runner = createRunner()
    const drains: Promise<unknown>[] = []
    runner.addTask(() => {
      drains.push(runner.drain())
    })
    await runner.settled()
    expect(await Promise.all(drains)).toEqual([{ ...nothing, succeeded: 1 }])
  })

  it('is not final: a task that is added later still runs', async () => {
    const runner = createRunner()
    await runner.drain()
    await runner.addTask(() => {}).done
    expect(await runner.drain()).toEqual(nothing)
    expect(runner.stats.succeeded).toBe(1)
  })

  it('leaves no timer behind', async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const runner = createRunner()
    for (const timeout of [undefined, 1000, Infinity, false] as const) {
      runner.addTask(() => {})
      await runner.drain({ timeout })
    }
    await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before), 20_000) // others come and go
  })

  it.each(['Infinity', 'false', '3e9'])(
    'with timeout %s waits as long as it takes, and keeps the process alive',
    async (timeout) => {
      const { code, stdout } = await runChild(`
const { createRunner } = require('@backgrounder/core')
const runner = createRunner()
runner.addTask(() => new Promise((resolve) => setTimeout(resolve, 50).unref()))
runner.drain({ timeout: ${timeout} }).then((report) => console.log(JSON.stringify(report)))
`)
      expect(JSON.parse(stdout)).toEqual({ ...nothing, succeeded: 1 })
      expect(code).toBe(0)
    },
  )
})
