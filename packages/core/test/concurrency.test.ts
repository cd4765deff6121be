import { createRunner, currentTask, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { type Deferred, deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()

/** Functions that run until the test ends them, and how many did so at once. */
function meter() {
  const gates: Deferred<void>[] = []
  let running = 0
  let most = 0
  async function work(): Promise<void> {
    const gate = deferred()
    gates.push(gate)
    running += 1
    most = Math.max(most, running)
    await gate.promise
    running -= 1
  }
  return {
    work,
    gates,
    get running() {
      return running
    },
    get most() {
      return most
    },
  }
}

describe('`concurrency`', () => {
  it.each([1, 2, 7])('%d runs so many at once, of all responses together', async (concurrency) => {
    const measured = meter()
    const { work, gates } = measured
    const runner = createRunner({ concurrency, asGroup: true })
    const responses = Array.from({ length: 4 }, () => fakeResponse({}, runner))
    for (const { tasks } of responses) for (let each = 0; each < 5; each += 1) tasks.addTask(work)
    for (const { end } of responses) end()
    for (let ended = 0; ended < 20; ended += 1) {
      await pass(0)
      const left = 20 - ended
      expect(runner.stats).toMatchObject({ running: Math.min(concurrency, left), pending: left })
      expect(runner.running()).toHaveLength(Math.min(concurrency, left))
      gates[ended]?.resolve()
    }
    await runner.settled()
    expect(measured.most).not.toBeGreaterThan(concurrency)
    expect(runner.stats).toMatchObject({ succeeded: 20, running: 0 })
  })

  it('starts the tasks of one runner in the order in which they are ready', async () => {
    const runner = createRunner({ concurrency: 2 })
    const seen: number[] = []
    for (let each = 0; each < 10; each += 1) {
      runner.addTask(async () => {
        seen.push(each)
        await null
      })
    }
    await runner.settled()
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
  })

  it('frees the slot of a function that throws, rejects or ends at once', async () => {
    const runner = createRunner({ concurrency: 1, onError: () => {} })
    for (let each = 0; each < 50; each += 1) {
      runner.addTask(() => {
        throw new Error('no route')
      })
      runner.addTask(() => Promise.reject(new Error('no route')))
      runner.addTask(() => {})
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
      runner.addTask(() => ({ then: (resolve: () => void) => resolve() }))
    }
    await runner.settled()
    expect(runner.stats).toMatchObject({ running: 0, pending: 0, failed: 100, succeeded: 100 })
  })

  it('is kept to by what adds tasks: of a task, in onError, in `around`', async () => {
    let running = 0
    let most = 0
    async function work(): Promise<void> {
      running += 1
      most = Math.max(most, running)
      await pass(0)
      running -= 1
    }
    let left = 20
    const more = () => {
      if (left-- > 0) runner.addTask(fail)
    }
    async function fail(): Promise<void> {
      more()
      await work()
      throw new Error('no route')
    }
    const runner = createRunner({
      concurrency: 2,
      onError: more,
      around(_run, next) {
        more()
        return next()
      },
    })
    runner.addTask(fail)
    await runner.settled()
    expect([most, runner.stats.running]).toEqual([2, 0])
  })

  it('is not broken by a timeout: what has not ended holds its slot', async () => {
    const measured = meter()
    const { work, gates } = measured
    const runner = createRunner({ concurrency: 1, timeout: 10, onError: () => {} })
    for (let each = 0; each < 4; each += 1) runner.addTask(work)
    for (let ended = 0; ended < 4; ended += 1) {
      await pass(1000)
      expect(runner.stats).toMatchObject({ running: 1, overdue: 1, timedOut: ended + 1 })
      gates[ended]?.resolve()
    }
    await runner.settled()
    expect(measured.most).toBe(1)
    expect(runner.stats).toMatchObject({ timedOut: 4, running: 0, overdue: 0 })
  })

  it.each([
    ['cancelled', { end: 'cancel' }],
    ['abandoned', { end: 'drain' }],
  ])('is not broken by a task that is %s and goes on', async (state, { end }) => {
    const measured = meter()
    const { work, gates } = measured
    const runner = createRunner({ concurrency: 1, logger: { error: () => {} } })
    const run = runner.addTask(work)
    await pass(0)
    if (end === 'cancel') run.cancel()
    else {
      const drained = runner.drain({ timeout: 10 })
      await pass(10)
      await drained
    }
    const next = runner.addTask(work)
    await pass(0)
    expect([next.state, measured.most]).toEqual(['ready', 1])
    gates[0]?.resolve()
    await pass(0)
    expect([run.state, next.state]).toEqual([state, 'running'])
    gates[1]?.resolve()
    await runner.settled()
    expect(measured.most).toBe(1)
  })

  it('is not broken by an attempt that is tried again past its time', async () => {
    const measured = meter()
    const { work, gates } = measured
    const runner = createRunner({
      concurrency: 1,
      timeout: 10,
      retries: { attempts: 3, delay: 0 },
      onError: () => {},
    })
    runner.addTask(work)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await pass(100)
      expect([gates.length, runner.stats.running]).toEqual([attempt + 1, 1])
      gates[attempt]?.resolve()
    }
    await runner.settled()
    expect([measured.most, runner.stats.running]).toEqual([1, 0])
  })

  it('leaves a ready task its turn while retries come back all the time', async () => {
    const runner = createRunner({
      concurrency: 1,
      retries: { attempts: Infinity, delay: 0 },
      onError: () => {},
    })
    let isOver = false
    runner.addTask(async () => {
      if (!isOver) throw new Error('no route')
    })
    const other = runner.addTask(() => {
      isOver = true
    })
    await runner.settled()
    expect(other.state).toBe('succeeded')
  })
})

describe('a nested Tasks', () => {
  const nest = (depth: number, asGroup: boolean, task: Task): Task =>
    depth === 0 ? task : new Tasks([nest(depth - 1, asGroup, task), task], { asGroup })

  it.each([true, false])(
    "uses its parent's slot and counts once: no deadlock at concurrency 1 (asGroup: %s)",
    async (asGroup) => {
      let ran = 0
      const seen: object[] = []
      const runner = createRunner({ concurrency: 1, maxPending: 2 })
      const task = new Task(async () => {
        ran += 1
        seen.push(runner.stats)
        await pass(0)
      })
      const runs = [1, 2].map(() => runner.addTask(nest(3, asGroup, task)))
      await runner.settled()
      expect(runs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
      expect(ran).toBe(8)
      expect(seen).toMatchObject([
        ...Array(4).fill({ running: 1, pending: 2 }),
        ...Array(4).fill({ running: 1, pending: 1 }),
      ])
      expect(runner.stats.succeeded).toBe(2)
    },
  )

  it('that is awaited by a task uses the slot of that one', async () => {
    const runner = createRunner({ concurrency: 1 })
    const ran: number[] = []
    const inner = new Tasks([new Task(() => ran.push(1)), new Task(() => ran.push(2))])
    await runner.addTask(() => inner()).done
    expect([ran, runner.stats.succeeded]).toEqual([[1, 2], 1])
  })

  it('with a timeout of its own is timed out within the slot, and holds it until it has ended', async () => {
    const runner = createRunner({ concurrency: 1, onError: () => {} })
    const gate = deferred()
    const signals: AbortSignal[] = []
    const hang = new Task(async () => {
      signals.push(currentTask()?.signal as AbortSignal)
      await gate.promise
    }).with({ timeout: 10, name: 'hang' })
    const run = runner.addTask(new Tasks([hang, new Task(() => {})]))
    const next = runner.addTask(() => {})
    await pass(1000)
    expect([run.state, next.state, signals[0]?.aborted]).toEqual(['running', 'ready', true])
    gate.resolve()
    await runner.settled()
    expect(run.state).toBe('failed')
    expect(run.error).toMatchObject({ code: 'BG_TIMEOUT' })
    expect(next.state).toBe('succeeded')
  })
})
