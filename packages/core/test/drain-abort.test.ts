import { createRunner, currentTask, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { childProcesses } from './child.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()
const runChild = childProcesses()
const quiet = { onError: () => {}, logger: { error: () => {} } }

/** A function that ends when its signal is aborted, and the reasons. */
function obedient() {
  const reasons: unknown[] = []
  function work(): Promise<void> {
    const signal = currentTask()?.signal as AbortSignal
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason)
        resolve()
      })
    })
  }
  return { work, reasons }
}

describe('before the end of a drain', () => {
  it.each([
    [20_000, 17_000],
    [6000, 3000],
    [4000, 2000],
    [100, 50],
  ])('of %d ms the signals are aborted, after %d ms', async (timeout, after) => {
    const runner = createRunner(quiet)
    const { work, reasons } = obedient()
    const run = runner.addTask(work)
    const drained = runner.drain({ timeout })
    await pass(after - 1)
    expect(reasons).toEqual([])
    await pass(1)
    expect(reasons).toMatchObject([{ name: 'AbortError', message: 'The runner is about to stop' }])
    // It has ended in time: it is what its function came to.
    expect(await drained).toMatchObject({ ok: true, succeeded: 1, abandoned: [] })
    expect(run.state).toBe('succeeded')
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1) // of slowWarning
  })

  it.each([Infinity, false] as const)('of %s nothing is aborted', async (timeout) => {
    const runner = createRunner(quiet)
    const { work, reasons } = obedient()
    const run = runner.addTask(work)
    const drained = runner.drain({ timeout })
    await pass(1e6)
    expect(reasons).toEqual([])
    run.cancel()
    expect(await drained).toMatchObject({ ok: true, cancelled: 1 })
  })

  it('of 0 ms they are aborted all the same, and then abandoned', async () => {
    const runner = createRunner(quiet)
    const gate = deferred()
    const signals: AbortSignal[] = []
    const run = runner.addTask(() => {
      signals.push(currentTask()?.signal as AbortSignal)
      return gate.promise
    })
    await pass(0)
    const drained = runner.drain({ timeout: 0 })
    await pass(1)
    expect(await drained).toMatchObject({ ok: false, abandoned: [run] })
    expect(signals[0]?.aborted).toBe(true)
    gate.resolve()
  })

  it('reaches what stands in a Tasks, nested ones and awaited ones too', async () => {
    const runner = createRunner(quiet)
    const { work, reasons } = obedient()
    const started = vi.fn()
    runner.addTask(
      new Tasks([
        new Tasks([new Task(work), new Task(work)], { asGroup: true }),
        new Task(started),
      ]),
    )
    runner.addTask(() => new Task(work).with({ timeout: 100_000, retries: 3 })())
    const drained = runner.drain({ timeout: 100 })
    await pass(50)
    expect(reasons).toHaveLength(3)
    await drained
    expect(started).not.toHaveBeenCalled()
  })

  it('gives up the retry that an awaited task waits for', async () => {
    const runner = createRunner(quiet)
    const func = vi.fn(() => Promise.reject(new Error('no route')))
    const run = runner.addTask(() =>
      new Task(func).with({ retries: { delay: 30_000, jitter: false } })(),
    )
    const drained = runner.drain({ timeout: 100 })
    await pass(50)
    expect(await drained).toMatchObject({ ok: true, failed: 1 })
    expect([run.state, func.mock.calls.length]).toEqual(['failed', 1])
  })

  it('aborts at once what starts after that: it runs, and may look at its signal', async () => {
    const { tasks, runner, end } = fakeResponse(quiet)
    const seen: (boolean | undefined)[] = []
    const look = () => void seen.push(currentTask()?.signal.aborted)
    tasks.addTask(look)
    tasks.addTask(look)
    const drained = runner.drain({ timeout: 100 })
    await pass(60)
    end()
    runner.addTask(look)
    expect(await drained).toMatchObject({ ok: true, succeeded: 3 })
    expect(seen).toEqual([true, true, true])
    // And nothing of it is left.
    await runner.addTask(look).done
    expect(seen.at(-1)).toBe(false)
  })

  it('tries nothing again after that', async () => {
    const runner = createRunner({ ...quiet, retries: { attempts: 5, delay: 0 } })
    const func = vi.fn(async () => {
      const signal = currentTask()?.signal as AbortSignal
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      throw new Error('aborted')
    })
    const run = runner.addTask(func)
    const drained = runner.drain({ timeout: 100 })
    await pass(50)
    expect(await drained).toMatchObject({ ok: true, failed: 1 })
    expect([run.state, func.mock.calls.length]).toEqual(['failed', 1])
  })

  it('is timed out, and not tried again, what was past its time', async () => {
    const runner = createRunner({ ...quiet, timeout: 10, retries: 5 })
    const gate = deferred()
    const func = vi.fn(() => gate.promise)
    const run = runner.addTask(func)
    const drained = runner.drain({ timeout: 100 })
    await pass(60)
    gate.resolve()
    expect(await drained).toMatchObject({ ok: true, timedOut: 1 })
    expect([run.state, func.mock.calls.length]).toEqual(['timedOut', 1])
  })

  it('a task may go on in spite of it, until the deadline', async () => {
    const runner = createRunner(quiet)
    const run = runner.addTask(() => new Promise((resolve) => setTimeout(resolve, 90)))
    const drained = runner.drain({ timeout: 100 })
    await pass(0)
    await pass(90)
    expect(await drained).toMatchObject({ ok: true, succeeded: 1 })
    expect(run.state).toBe('succeeded')
  })

  it('an abort listener may add tasks, cancel others and drain again', async () => {
    const runner = createRunner(quiet)
    const drains: Promise<unknown>[] = []
    const { work } = obedient()
    const other = runner.addTask(work)
    runner.addTask(() => {
      const signal = currentTask()?.signal as AbortSignal
      return new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          other.cancel()
          runner.addTask(() => {})
          drains.push(runner.drain({ timeout: 50 }))
          resolve()
        })
      })
    })
    const drained = runner.drain({ timeout: 100 })
    await pass(50)
    expect(await drained).toMatchObject({ ok: true, succeeded: 2, cancelled: 1 })
    expect(await Promise.all(drains)).toMatchObject([{ ok: true }])
    expect(runner.stats.pending).toBe(0)
  })
})

describe('a drain', () => {
  it('counts in its report what became of each', async () => {
    const { tasks, runner, end } = fakeResponse({ ...quiet, asGroup: true })
    const gates = [deferred(), deferred()]
    tasks.addTask(() => {})
    tasks.addTask(() => Promise.reject(new Error('no route')))
    tasks.with({ timeout: 10 }).addTask(() => gates[0]?.promise)
    const never = tasks.addTask(() => {})
    const stopped = tasks.addTask(() => gates[1]?.promise)
    tasks.with({ when: () => false }).addTask(() => {})
    const hang = tasks.addTask(() => new Promise(() => {}))
    tasks.track(Promise.resolve())
    const drained = runner.drain({ timeout: 100 })
    never.cancel()
    end()
    await pass(20)
    stopped.cancel()
    for (const gate of gates) gate.resolve()
    await pass(80)
    expect(await drained).toEqual({
      ok: false,
      succeeded: 2,
      failed: 1,
      timedOut: 1,
      cancelled: 2,
      skipped: 1,
      handedOff: 0,
      abandoned: [hang],
    })
  })

  it('that a task awaits ends at its deadline, and abandons that task', async () => {
    const runner = createRunner(quiet)
    let report: unknown
    const run = runner.addTask(async () => {
      report = await runner.drain({ timeout: 100 })
    })
    await pass(100)
    expect(run.state).toBe('abandoned')
    expect(report).toMatchObject({ ok: false, abandoned: [run] })
    expect(runner.stats).toMatchObject({ pending: 0, running: 0 })
  })

  it('that overlaps a shorter one is not aborted any more once that is over', async () => {
    const runner = createRunner(quiet)
    const seen: (boolean | undefined)[] = []
    const gate = deferred()
    runner.addTask(() => gate.promise)
    const long = runner.drain({ timeout: 10_000 })
    const short = runner.drain({ timeout: 100 })
    await pass(60)
    gate.resolve()
    await Promise.all([long, short])
    await runner.addTask(() => void seen.push(currentTask()?.signal.aborted)).done
    expect(seen).toEqual([false])
  })

  it('that is over before that aborts nothing later', async () => {
    const runner = createRunner({ ...quiet, slowWarning: false })
    runner.addTask(() => {})
    await runner.drain({ timeout: 100 })
    expect(vi.getTimerCount()).toBe(0)
    const { work, reasons } = obedient()
    const run = runner.addTask(work)
    await pass(1000)
    expect(reasons).toEqual([])
    run.cancel()
    await runner.settled()
  })

  it('leaves no timer behind, however it ends', async () => {
    const runner = createRunner({ ...quiet, slowWarning: false, timeout: 30, queueTimeout: 30 })
    const gate = deferred()
    runner.addTask(() => gate.promise)
    for (const timeout of [0, 10, 100, Infinity]) {
      const drained = runner.drain({ timeout })
      await pass(100)
      if (timeout === 100) gate.resolve()
      await drained
      expect(vi.getTimerCount()).toBe(0)
    }
  })
})

it('a listener that throws is an uncaught exception of its own, and the drain ends', async () => {
  const { code, stdout } = await runChild(`
const { createRunner, currentTask } = require('@backgrounder/core')
const thrown = []
process.on('uncaughtException', (error) => thrown.push(error.message))
const runner = createRunner({ logger: { error() {} } })
const work = () => new Promise((resolve) => {
  const { signal } = currentTask()
  signal.addEventListener('abort', () => { throw new Error('the listener') })
  signal.addEventListener('abort', resolve)
})
runner.addTask(work)
runner.addTask(work)
const timed = createRunner({ timeout: 5, onError() {} })
const run = timed.addTask(work)
const cancelled = createRunner().addTask(() => {
  setImmediate(() => cancelled.cancel())
  return work()
})
async function main() {
  const report = await runner.drain({ timeout: 2_000 })
  await timed.settled()
  const { ok, succeeded } = report
  process.on('exit', () => console.log(ok, succeeded, run.state, cancelled.state, thrown.length))
}
main()
`)
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'true 2 timedOut cancelled 4\n' })
})
