import { createRunner, Task, type TaskOptions } from '@backgrounder/core'
import { backgroundElsewhere, currentCall, onDrained } from '@backgrounder/core/elsewhere'
import { createRecorder } from '@backgrounder/core/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Deferred, deferred, turn } from './deferred.js'
import { fakeClock } from './fake-clock.js'

const pass = fakeClock()

/** A definition whose function begins, and ends, when the test says so. */
function remote(options: TaskOptions = {}) {
  const calls: { begin: (at?: number) => void; gate: Deferred<unknown>; mayRetry: boolean }[] = []
  const func = (..._args: unknown[]) => {
    const call = currentCall(func)
    const gate = deferred<unknown>()
    calls.push({ begin: call.hold(), gate, mayRetry: call.mayRetry })
    return gate.promise
  }
  const accept = (args: unknown[]) => {
    if (args.includes('bad')) throw new TypeError('args[0] is bad')
    return args.map((arg) => `kept ${arg}`)
  }
  return { calls, definition: backgroundElsewhere(func, { name: 'far', ...options }, accept) }
}

it('a task that was sent elsewhere is not told to go to a thread, however long that took', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const runner = createRunner()
  const func = (isHeld: boolean) => {
    if (isHeld) currentCall(func).hold()
    vi.advanceTimersByTime(200)
  }
  for (const isHeld of [true, false]) {
    const definition = backgroundElsewhere(func, { name: `held: ${isHeld}` }, (args) => args)
    runner.addTask(definition, isHeld)
  }
  await runner.settled()
  expect(warn.mock.calls.map(([message]) => message)).toEqual([
    expect.stringContaining('Task held: false blocked the event loop for 200 ms'),
  ])
})

describe('a clock that is held', () => {
  it('counts the timeout from the begin', async () => {
    const runner = createRunner({ onError() {} })
    const { calls, definition } = remote({ timeout: 50 })
    const run = runner.addTask(definition)
    await pass(500)
    expect(run.state).toBe('running')
    calls[0]?.begin()
    await pass(49)
    expect(run.state).toBe('running')
    await pass(1)
    expect(run.state).toBe('timedOut')
    calls[0]?.gate.resolve(undefined)
    await turn()
    expect(runner.stats).toMatchObject({ overdue: 0, running: 0, pending: 0 })
  })

  it('counts it from before, where that is when it has begun', async () => {
    const runner = createRunner({ onError() {} })
    const { calls, definition } = remote({ timeout: 50 })
    const run = runner.addTask(definition)
    const done = new Task(definition)()
    const settled = expect(done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    await pass(500)
    for (const { begin } of calls) begin(performance.now() - 20)
    await pass(29)
    expect(run.state).toBe('running')
    await pass(1)
    expect(run.state).toBe('timedOut')
    await settled
    for (const { gate } of calls) gate.resolve(undefined)
  })

  it('counts the queueTimeout until then, and what has not begun is not tried again', async () => {
    const runner = createRunner({ onError() {} })
    const { calls, definition } = remote({ queueTimeout: 50, timeout: 10, retries: 3 })
    const [begun, waiting] = [runner.addTask(definition), runner.addTask(definition)]
    await pass(20)
    calls[0]?.begin()
    calls[0]?.gate.resolve(undefined)
    await pass(40)
    expect([begun.state, waiting.state]).toEqual(['succeeded', 'timedOut'])
    expect(waiting.error).toMatchObject({
      message: 'Task far timed out: not started after 50 ms (queueTimeout)',
    })
    expect(runner.stats.overdue).toBe(1)
    calls[1]?.gate.reject(new Error('late'))
    await turn()
    calls[1]?.begin()
    await pass(1_000)
    expect(calls).toHaveLength(2)
    expect(runner.stats).toMatchObject({ overdue: 0, running: 0, pending: 0 })
  })

  it('is asked whether it has begun, before the queueTimeout is over', async () => {
    const runner = createRunner({ onError() {} })
    const gate = deferred<unknown>()
    const func = (hasBegun: boolean) => {
      const begin = currentCall(func).hold({
        look: () => hasBegun && begin(performance.now() - 20),
      })
      return gate.promise
    }
    const definition = backgroundElsewhere(func, { queueTimeout: 50, timeout: 30 }, (args) => args)
    const [begun, waiting] = [runner.addTask(definition, true), runner.addTask(definition, false)]
    await pass(50)
    expect([begun.state, waiting.state]).toEqual(['running', 'timedOut'])
    await pass(9)
    expect(begun.state).toBe('running')
    await pass(1)
    await turn()
    expect(begun.error).toMatchObject({ message: expect.stringContaining('not ended after 30 ms') })
    gate.resolve(undefined)
    await runner.settled()
  })

  it('is one of each attempt: a begin of the one before counts nothing', async () => {
    const runner = createRunner({ onError() {} })
    const { calls, definition } = remote({ timeout: 50, retries: { attempts: 2, delay: 0 } })
    const run = runner.addTask(definition)
    await pass(0)
    calls[0]?.gate.reject(new Error('once'))
    await pass(1)
    expect(calls.map(({ mayRetry }) => mayRetry)).toEqual([true, false])
    calls[0]?.begin()
    await pass(100)
    expect(run.state).toBe('running')
    calls[1]?.begin()
    await pass(50)
    expect(run.state).toBe('timedOut')
    calls[1]?.gate.resolve(undefined)
  })

  it('is held for `await task()` too', async () => {
    const { calls, definition } = remote({ timeout: 50 })
    const done = new Task(definition)()
    const settled = expect(done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
    await pass(500)
    calls[0]?.begin()
    await pass(50)
    await settled
  })
})

describe('the arguments', () => {
  it('are kept as `accept` says when they are added, by every way', async () => {
    const recorder = createRecorder()
    const { definition } = remote()
    recorder.addTask(definition, 'a')
    recorder.addTask(definition.with({ timeout: 1 }), 'b')
    const task = new Task(definition, 'c')
    expect(task.args).toEqual(['c'])
    recorder.addTask(task)
    expect(recorder.added.map(({ args }) => args)).toEqual([['kept a'], ['kept b'], ['kept c']])
  })

  it('are refused when they are given', () => {
    const { definition } = remote()
    const runner = createRunner()
    const bad = new TypeError('args[0] is bad')
    expect(() => runner.addTask(definition, 'bad')).toThrow(bad)
    expect(() => definition('bad')).toThrow(bad)
    expect(() => new Task(definition, 'bad')).toThrow(bad)
    expect(runner.stats.pending).toBe(0)
  })
})

describe('onDrained()', () => {
  it('calls back once, when all has settled, and the drain waits for it', async () => {
    const runner = createRunner()
    const [task, close] = [deferred(), deferred()]
    const steps: string[] = []
    onDrained(runner, () => {
      steps.push('close')
      return close.promise
    })
    runner.addTask(() => task.promise)
    const drained = runner.drain().then(() => steps.push('drained'))
    await pass(10)
    expect(steps).toEqual([])
    task.resolve()
    await pass(10)
    expect(steps).toEqual(['close'])
    close.resolve()
    await drained
    await runner.drain()
    expect(steps).toEqual(['close', 'drained'])
  })

  it('is called too when the time is up, and nobody waits for it then; what it throws is contained', async () => {
    const runner = createRunner({ logger: { error() {} } })
    let closed = 0
    onDrained(runner, () => {
      closed += 1
      throw new Error('close')
    })
    runner.addTask(() => new Promise(() => {}))
    const drained = runner.drain({ timeout: 100 })
    await pass(100)
    expect(await drained).toMatchObject({ ok: false })
    expect(closed).toBe(1)
  })
})
