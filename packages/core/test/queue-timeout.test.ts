import { createRunner, type TaskRun } from '@backgrounder/core'
import { describe, expect, it, vi } from 'vitest'
import { listen, published } from './channels.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'
import { isCollected } from './garbage.js'

const pass = fakeClock()

/** A runner whose only slot is held until the gate opens. */
function busy(options = {}) {
  const runner = createRunner({ concurrency: 1, slowWarning: false, onError: () => {}, ...options })
  const gate = deferred()
  runner.addTask(() => gate.promise)
  return { runner, gate }
}

describe('`queueTimeout`', () => {
  it('times out a task that is ready and has not started; it never runs', async () => {
    const errors: unknown[] = []
    const { runner, gate } = busy({ queueTimeout: 50, onError: (e: unknown) => errors.push(e) })
    const events = published('task.timedOut')
    await pass(0)
    const started = vi.fn()
    const run = runner.addTask(function send() {
      started()
    })
    const done = expect(run.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    await pass(49)
    expect(run.state).toBe('ready')
    await pass(1)
    await done
    expect(run.state).toBe('timedOut')
    expect((run.error as Error).message).toBe(
      'Task send timed out: not started after 50 ms (queueTimeout)',
    )
    expect(errors).toEqual([run.error])
    expect(events).toEqual([{ task: run, attempt: 1, reason: 'queueTimeout', error: run.error }])
    gate.resolve()
    await runner.settled()
    expect(started).not.toHaveBeenCalled()
    expect(runner.stats).toMatchObject({ pending: 0, overdue: 0, timedOut: 1, succeeded: 1 })
  })

  it('counts from `ready`, and not while the response is in flight or another one runs', async () => {
    const { tasks, end } = fakeResponse({ queueTimeout: 50 })
    const gate = deferred()
    tasks.addTask(() => gate.promise)
    const second = tasks.addTask(() => {})
    await pass(100)
    end()
    await pass(100)
    expect(second.state).toBe('waiting')
    gate.resolve()
    await second.done
  })

  it('is over with the start: a function may take longer', async () => {
    const runner = createRunner({ queueTimeout: 50, slowWarning: false })
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    await pass(0)
    expect(vi.getTimerCount()).toBe(0)
    await pass(100)
    expect(run.state).toBe('running')
    gate.resolve()
    await run.done
  })

  it("of a task goes over the runner's, and false switches that off", async () => {
    const gate = deferred()
    const { tasks, runner, end } = fakeResponse({
      concurrency: 1,
      queueTimeout: 50,
      asGroup: true,
    })
    tasks.addTask(() => gate.promise)
    const short = tasks.with({ queueTimeout: 10 }).addTask(() => {})
    const endless = tasks.with({ queueTimeout: false }).addTask(() => {})
    end()
    await pass(10)
    expect([short.state, endless.state]).toEqual(['timedOut', 'ready'])
    await pass(100)
    expect(endless.state).toBe('ready')
    gate.resolve()
    await runner.settled()
    expect(endless.state).toBe('succeeded')
  })

  it('of a response in order lets the next one have its turn', async () => {
    const { runner, gate } = busy()
    const { tasks, end } = fakeResponse({}, runner)
    await pass(0)
    tasks.with({ queueTimeout: 10 }).addTask(() => {})
    const next = tasks.addTask(() => {})
    end()
    await pass(10)
    expect(next.state).toBe('ready')
    gate.resolve()
    await runner.settled()
    expect(next.state).toBe('succeeded')
  })

  it('counts again for each attempt', async () => {
    const { runner, gate } = busy({ queueTimeout: 50, retries: { delay: 10, jitter: false } })
    gate.resolve()
    await pass(0)
    const second = deferred()
    const failing = runner.addTask(() => Promise.reject(new Error('no route')))
    await pass(0)
    expect(failing.state).toBe('delayed')
    runner.addTask(() => second.promise)
    await pass(10)
    expect([failing.state, failing.attempt]).toEqual(['ready', 2])
    await pass(50)
    expect(failing.state).toBe('timedOut')
    expect((failing.error as Error).message).toMatch(/not started after 50 ms \(queueTimeout\)$/)
    second.resolve()
    await runner.settled()
  })

  it('leaves no timer behind when the task is cancelled or abandoned before its start', async () => {
    const { runner, gate } = busy({ queueTimeout: 50, logger: { error: () => {} } })
    await pass(0)
    runner.addTask(() => {}).cancel()
    expect(vi.getTimerCount()).toBe(0)
    const abandoned = runner.addTask(() => {})
    const drained = runner.drain({ timeout: 10 })
    await pass(10)
    await drained
    expect([abandoned.state, vi.getTimerCount()]).toEqual(['abandoned', 0])
    gate.resolve()
    await pass(0)
    expect(runner.stats).toMatchObject({ running: 0, pending: 0, timedOut: 0 })
  })

  it('settles a task once, where a subscriber cancels it at its event', async () => {
    const { runner, gate } = busy({ queueTimeout: 50 })
    await pass(0)
    listen<{ task: TaskRun }>('task.timedOut', ({ task }) => task.cancel())
    const run = runner.addTask(() => {})
    await pass(50)
    const { timedOut, cancelled, pending } = runner.stats
    expect([timedOut + cancelled, pending]).toEqual([1, 1])
    expect(['timedOut', 'cancelled']).toContain(run.state)
    gate.resolve()
    await runner.settled()
  })

  it('lets onError add a task in its place, also in a full runner', async () => {
    const seen: string[] = []
    const { runner, gate } = busy({
      queueTimeout: 50,
      maxPending: 2,
      onError: () => runner.addTask(() => seen.push('by onError')),
    })
    await pass(0)
    runner.addTask(() => {})
    const refused = () => runner.addTask(() => {})
    expect(refused).toThrow('2 tasks are pending')
    await pass(50)
    gate.resolve()
    await runner.settled()
    expect(seen).toEqual(['by onError'])
    expect(runner.stats).toMatchObject({ pending: 0, timedOut: 1, succeeded: 2 })
  })
})

describe('what is settled before its start, while every slot is held, is let go', () => {
  const count = 200
  const ways: [string, object, (runs: TaskRun[]) => unknown][] = [
    ['cancelled', {}, (runs) => runs.forEach((run) => void run.cancel())],
    ['timed out', { queueTimeout: 50 }, () => pass(50)],
  ]

  function add(addOne: () => TaskRun) {
    const runs = Array.from({ length: count }, addOne)
    return { runs, references: runs.map((run) => new WeakRef(run)) }
  }

  async function kept(references: WeakRef<object>[]): Promise<number> {
    await isCollected(references[0] as WeakRef<object>)
    return references.filter((reference) => reference.deref()).length
  }

  it.each(ways)('%s', async (_, options, settle) => {
    const { runner, gate } = busy(options)
    await pass(0)
    const added = add(() => runner.addTask(() => {}))
    await settle(added.runs)
    added.runs.length = 0
    expect(runner.stats.pending).toBe(1)
    // A queue keeps a few, so that each is not a search.
    expect(await kept(added.references)).toBeLessThan(80)
    gate.resolve()
    await runner.settled()
  })

  it('cancelled, in a response that is never over', async () => {
    const { tasks } = fakeResponse()
    const added = add(() => tasks.addTask(() => {}))
    for (const run of added.runs) run.cancel()
    added.runs.length = 0
    expect(await kept(added.references)).toBeLessThan(80)
    expect(tasks.size).toBe(0)
  })

  it('and what stands among them is not', async () => {
    const { runner, gate } = busy()
    await pass(0)
    const ran: number[] = []
    const runs = Array.from({ length: 500 }, (_each, index) =>
      runner.addTask(() => void ran.push(index)),
    )
    for (const [index, run] of runs.entries()) if (index % 5 > 0) run.cancel()
    gate.resolve()
    await runner.settled()
    expect(ran).toEqual(runs.map((_each, index) => index).filter((index) => index % 5 === 0))
  })
})
