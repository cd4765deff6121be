import { createRunner } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { childProcesses } from './child.js'
import { burn, deferred, turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

const runChild = childProcesses()

describe("at the drain's deadline", () => {
  it('what is pending is abandoned and reported by name, also by its done', async () => {
    const runner = createRunner()
    const run = runner.addTask(function hang() {
      return new Promise(() => {})
    })
    const report = await runner.drain({ timeout: 1 })
    expect(report).toEqual({
      ok: false,
      succeeded: 0,
      failed: 0,
      timedOut: 0,
      cancelled: 0,
      skipped: 0,
      handedOff: 0,
      abandoned: [run],
    })
    expect(report.abandoned[0]).toBe(run)
    expect(run).toMatchObject({
      name: 'hang',
      state: 'abandoned',
      error: { name: 'AbandonedError', code: 'BG_ABANDONED' },
    })
    expect((run.error as Error).message).toBe(
      "Task hang was abandoned: still running when the drain's time was up",
    )
    await expect(run.done).rejects.toBe(run.error)
    expect(runner.stats).toMatchObject({ pending: 0, abandoned: 1 })
  })

  it('a task whose response is not over is abandoned, and never starts', async () => {
    const { tasks, runner, end } = fakeResponse()
    let started = false
    const run = tasks.addTask(() => {
      started = true
    })
    const { abandoned } = await runner.drain({ timeout: 0 })
    expect(abandoned).toEqual([run])
    expect((run.error as Error).message).toContain('still waiting')
    end()
    await turn()
    await turn()
    expect(started).toBe(false)
    expect(run.state).toBe('abandoned')
  })

  it('a task that waits for the one before it is abandoned as waiting, and never starts', async () => {
    const { tasks, runner, end } = fakeResponse()
    const gate = deferred()
    let started = false
    tasks.addTask(() => gate.promise)
    const second = tasks.addTask(() => {
      started = true
    })
    end()
    await turn()
    expect((await runner.drain({ timeout: 0 })).abandoned).toHaveLength(2)
    gate.resolve()
    await turn()
    await turn()
    expect(started).toBe(false)
    expect((second.error as Error).message).toContain('still waiting')
  })

  it('a task that is ready and has not started is abandoned, and never starts', async () => {
    const runner = createRunner()
    let started = false
    runner.addTask(burn, 5) // past the deadline, so that it comes before the next task's turn
    const ready = runner.addTask(() => {
      started = true
    })
    await runner.drain({ timeout: 0 })
    expect((ready.error as Error).message).toContain('still ready')
    await turn()
    await turn()
    expect(started).toBe(false)
    expect(ready.state).toBe('abandoned')
  })

  it.each([
    ['succeeds', (gate: Promise<void>) => gate],
    ['fails', (gate: Promise<void>) => gate.then(() => Promise.reject(new Error('late')))],
  ])('one that runs and %s later changes nothing any more', async (_, func) => {
    const gate = deferred()
    const errors: unknown[] = []
    const runner = createRunner({ onError: (error) => errors.push(error) })
    const run = runner.addTask(func, gate.promise)
    await runner.drain({ timeout: 0 })
    const { error } = run
    const { stats } = runner
    gate.resolve()
    await turn()
    await turn()
    expect(run.state).toBe('abandoned')
    expect(run.error).toBe(error)
    // Its slot was held as long as it ran.
    expect(runner.stats).toEqual({ ...stats, running: 0 })
    expect(errors).toEqual([])
  })

  it('one that is out of time, and would be tried again once it has ended, is abandoned', async () => {
    const runner = createRunner({ onError: () => {}, timeout: 1, retries: 1 })
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    expect(await runner.drain({ timeout: 20 })).toMatchObject({ ok: false, abandoned: [run] })
    expect(run.state).toBe('abandoned')
    expect(runner.stats).toMatchObject({ pending: 0, running: 1, overdue: 1, timedOut: 0 })
    gate.resolve()
    await turn()
    expect(runner.stats).toMatchObject({ pending: 0, running: 0, overdue: 0, abandoned: 1 })
  })

  it('it ends, even if whoever is told of what was abandoned adds a task', async () => {
    const gate = deferred()
    const logger = { error: () => runner.addTask(() => gate.promise) }
    const runner = createRunner({ logger })
    const run = runner.addTask(() => new Promise(() => {}))
    expect(await runner.drain({ timeout: 1 })).toMatchObject({ ok: false, abandoned: [run] })
    gate.resolve()
    expect(await runner.drain()).toMatchObject({ ok: true, succeeded: 1 })
  })

  it("is the runner's `drainTimeout` where the drain is not told another", async () => {
    const runner = createRunner({ drainTimeout: 0 })
    expect(runner.options.drainTimeout).toBe(0)
    runner.addTask(() => new Promise(() => {}))
    expect(await runner.drain()).toMatchObject({ ok: false })
    const gate = deferred()
    runner.addTask(() => gate.promise)
    const drained = runner.drain({ timeout: Infinity })
    await turn()
    gate.resolve()
    expect(await drained).toMatchObject({ ok: true, succeeded: 1 })
  })

  it('every drain under way reports what was abandoned', async () => {
    const runner = createRunner()
    const run = runner.addTask(() => new Promise(() => {}))
    const [patient, short] = await Promise.all([runner.drain(), runner.drain({ timeout: 0 })])
    expect(patient).toMatchObject({ ok: false, abandoned: [run] })
    expect(short).toMatchObject({ ok: false, abandoned: [run] })
  })

  it('what has settled before is reported as such', async () => {
    const runner = createRunner()
    runner.addTask(() => {})
    const hang = runner.addTask(() => new Promise(() => {}))
    const report = await runner.drain({ timeout: 20 })
    expect(report).toMatchObject({ ok: false, succeeded: 1, abandoned: [hang] })
  })

  it('the runner goes on: a task that is added later still runs', async () => {
    const runner = createRunner()
    runner.addTask(() => new Promise(() => {}))
    await runner.drain({ timeout: 0 })
    await runner.addTask(() => {}).done
    expect(await runner.drain()).toMatchObject({ ok: true })
  })

  it('the response goes on: what is added to it later runs when it is over', async () => {
    const { tasks, runner, end } = fakeResponse()
    tasks.addTask(() => {})
    await runner.drain({ timeout: 0 })
    const later = tasks.addTask(() => {})
    end()
    await later.done
    expect(tasks.size).toBe(0)
  })

  it('a process that awaits the drain gets its report, and ends by itself', async () => {
    const { code, stdout } = await runChild(`
const { createRunner } = require('@backgrounder/core')
const runner = createRunner()
runner.addTask(function hang() { return new Promise(() => {}) })
runner.drain({ timeout: 50 }).then(({ ok, abandoned }) => {
  console.log(ok, abandoned.map(({ name, state, error }) => [name, state, error.code].join()))
})
`)
    expect(stdout.trim()).toBe("false [ 'hang,abandoned,BG_ABANDONED' ]")
    expect(code).toBe(0)
  })
})

it('each abandoned task is one line on the logger, with its state', async () => {
  const lines: string[] = []
  const { tasks, runner, end } = fakeResponse({ logger: { error: (line) => lines.push(line) } })
  tasks.addTask(() => new Promise(() => {}))
  tasks.addTask(function next() {})
  end()
  await turn()
  await runner.drain({ timeout: 0 })
  expect(lines).toEqual([
    expect.stringMatching(/^task \(anonymous\) POST \/signup abandoned · running · \d+ ms old$/),
    expect.stringMatching(/^task next abandoned · POST \/signup · waiting · \d+ ms old$/),
  ])
})
