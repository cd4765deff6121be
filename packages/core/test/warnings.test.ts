import { createRunner, type RunnerOptions, Task } from '@backgrounder/core'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { childProcesses } from './child.js'
import { deferred } from './deferred.js'
import { fakeClock } from './fake-clock.js'
import { fakeResponse } from './fake-response.js'

const pass = fakeClock()
const runChild = childProcesses()

interface Warning {
  readonly code: string
  readonly message: string
}

function warnings(): Warning[] {
  const warned: Warning[] = []
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
    expect(options).toMatchObject({ type: 'BackgrounderWarning' })
    warned.push({ code: (options as { code: string }).code, message: String(message) })
  })
  onTestFinished(() => spy.mockRestore())
  return warned
}

const quiet: RunnerOptions = { onError: () => {} }

describe('`slowWarning`', () => {
  it('names a task that runs longer than 30 s, and what it holds', async () => {
    const warned = warnings()
    const { tasks, runner, end } = fakeResponse()
    const gate = deferred()
    tasks.addTask(function resize() {
      return gate.promise
    })
    end()
    await pass(29_999)
    expect(warned).toEqual([])
    await pass(1)
    expect(warned).toEqual([
      {
        code: 'BG_SLOW',
        message:
          'Task resize of POST /signup has been running for 30000 ms, and holds what its ' +
          'response has after it',
      },
    ])
    await pass(100_000)
    expect(warned).toHaveLength(1)
    gate.resolve()
    await runner.settled()
  })

  it('warns once for each attempt', async () => {
    const warned = warnings()
    const runner = createRunner({
      ...quiet,
      slowWarning: 100,
      retries: { attempts: 2, delay: 0 },
    })
    runner.addTask(async () => {
      await new Promise((resolve) => setTimeout(resolve, 350))
      throw new Error('no route')
    })
    for (let ms = 0; ms < 1000; ms += 50) await pass(50)
    expect(warned.map(({ code }) => code)).toEqual(['BG_SLOW', 'BG_SLOW'])
  })

  it('warns of each of many, each at its time, and of tracked promises', async () => {
    const warned = warnings()
    const runner = createRunner({ slowWarning: 100 })
    const gate = deferred()
    const add = (name: string) => runner.addTask(new Task(() => gate.promise).with({ name }))
    add('first')
    await pass(60)
    add('second')
    runner.track(gate.promise)
    await pass(40)
    const names = () => warned.map(({ message }) => message.replace(/ has been .*/, ''))
    expect(names()).toEqual(['Task first'])
    await pass(60)
    expect(names()).toEqual(['Task first', 'Task second', 'Task tracked promise'])
    gate.resolve()
    await runner.settled()
  })

  it('tells ten at once each by its name', async () => {
    const warned = warnings()
    const { tasks, runner, end } = fakeResponse({ slowWarning: 100, asGroup: true })
    const gate = deferred()
    for (let count = 0; count < 10; count += 1) tasks.addTask(() => gate.promise)
    end()
    await pass(100)
    // Which has its request in it already.
    const line = expect.stringMatching(/^Task \(anonymous\) POST \/signup has been running/)
    expect(warned.map(({ message }) => message)).toEqual(Array.from({ length: 10 }, () => line))
    gate.resolve()
    await runner.settled()
  })

  it('says of more than ten at once how many they are', async () => {
    const warned = warnings()
    const runner = createRunner({ slowWarning: 100 })
    const gate = deferred()
    for (let count = 0; count < 500; count += 1) runner.addTask(() => gate.promise)
    await pass(100)
    expect(warned).toHaveLength(11)
    expect(warned.at(-1)).toEqual({
      code: 'BG_SLOW',
      message: '490 more tasks have been running for 100 ms or longer',
    })
    runner.addTask(() => gate.promise)
    await pass(100)
    expect(warned.slice(11).map(({ code }) => code)).toEqual(['BG_SLOW'])
    gate.resolve()
    await runner.settled()
  })

  it('looks at what runs ten times in its time, and not for each of many', async () => {
    const warned = warnings()
    const runner = createRunner({ slowWarning: 1000 })
    const gate = deferred()
    for (let count = 0; count < 50; count += 1) {
      runner.addTask(() => gate.promise)
      await pass(2)
    }
    await pass(900)
    const numbers: number[] = []
    for (let ms = 0; ms < 100; ms += 5) {
      await pass(5)
      numbers.push(warned.length)
    }
    await pass(200)
    expect(new Set(numbers).size).toBeLessThan(4)
    // Each at most a tenth too late, and none forgotten.
    const told = warned.reduce((sum, { message }) => sum + (Number.parseInt(message, 10) || 1), 0)
    expect(told).toBe(50)
    gate.resolve()
    await runner.settled()
  })

  it('does not warn of what waits, is ready, is delayed, or has ended in time', async () => {
    const warned = warnings()
    const runner = createRunner({
      ...quiet,
      slowWarning: 100,
      concurrency: 1,
      retries: { delay: 1000, jitter: false },
    })
    fakeResponse({}, runner).tasks.addTask(() => {})
    runner.addTask(() => Promise.reject(new Error('no route')))
    runner.addTask(() => new Promise((resolve) => setTimeout(resolve, 90)))
    runner.addTask(() => new Promise((resolve) => setTimeout(resolve, 90)))
    for (let ms = 0; ms < 500; ms += 45) await pass(45)
    expect(warned).toEqual([])
  })

  it.each([false, Infinity] as const)('%s switches it off, and needs no timer', async (off) => {
    const warned = warnings()
    const runner = createRunner({ slowWarning: off })
    const gate = deferred()
    runner.addTask(() => gate.promise)
    await pass(0)
    expect(vi.getTimerCount()).toBe(0)
    await pass(1e6)
    expect(warned).toEqual([])
    gate.resolve()
    await runner.settled()
  })

  it('has one timer for all, and none when nothing runs', async () => {
    const runner = createRunner({ slowWarning: 100 })
    const gate = deferred()
    for (let each = 0; each < 100; each += 1) runner.addTask(() => gate.promise)
    await pass(0)
    expect(vi.getTimerCount()).toBe(1)
    gate.resolve()
    await runner.settled()
    await pass(100)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('cannot be forged by the name of a task', async () => {
    const warned = warnings()
    const runner = createRunner({ slowWarning: 100 })
    const gate = deferred()
    runner.addTask(new Task(() => gate.promise).with({ name: 'send\nTask admin\u001b[32m' }))
    await pass(100)
    expect(warned[0]?.message).toMatch(/^Task send\\nTask admin\\u001b\[32m has been running/)
    gate.resolve()
    await runner.settled()
  })
})

describe('`blockedWarning`', () => {
  /** Blocks the event loop, as far as the clock can tell. */
  const block = (ms: number) => void vi.advanceTimersByTime(ms)

  it('names a task whose synchronous start takes longer than 100 ms, once for each name', async () => {
    const warned = warnings()
    const { tasks, runner, end } = fakeResponse()
    const resize = (ms: number) => tasks.with({ name: 'resize' }).addTask(block, ms)
    resize(100)
    resize(101)
    resize(500)
    tasks.with({ name: 'zip' }).addTask(async () => block(200))
    end()
    await runner.settled()
    expect(warned).toEqual([
      {
        code: 'BG_BLOCKED',
        message:
          'Task resize of POST /signup blocked the event loop for 101 ms: no request was served ' +
          'meanwhile. Run it in a worker thread, or divide it by an await',
      },
      { code: 'BG_BLOCKED', message: expect.stringContaining('Task zip of POST /signup blocked') },
    ])
  })

  it('warns of one that throws too, and of each runner for itself', async () => {
    const warned = warnings()
    for (const runner of [createRunner(quiet), createRunner(quiet)]) {
      runner.addTask(function zip() {
        block(200)
        throw new Error('no space')
      })
      await runner.settled()
    }
    expect(warned.map(({ code }) => code)).toEqual(['BG_BLOCKED', 'BG_BLOCKED'])
  })

  it('does not count what comes before and after it, nor a long wait', async () => {
    const warned = warnings()
    const runner = createRunner({ slowWarning: false })
    for (let each = 0; each < 5; each += 1) runner.addTask(block, 60)
    runner.addTask(() => new Promise((resolve) => setTimeout(resolve, 500)))
    while (runner.stats.pending > 0) await pass(500)
    expect(warned).toEqual([])
  })

  it.each([false, Infinity] as const)('%s switches it off', async (off) => {
    const warned = warnings()
    const runner = createRunner({ blockedWarning: off })
    runner.addTask(block, 10_000)
    runner.addTask(() => {})
    await runner.settled()
    expect(warned).toEqual([])
  })

  it('remembers no more than so many names', async () => {
    const warned = warnings()
    const runner = createRunner({ blockedWarning: 0 })
    for (let each = 0; each < 1100; each += 1) {
      runner.addTask(new Task(block, 1).with({ name: `task ${each}` }))
    }
    await runner.settled()
    expect(warned).toHaveLength(1000)
  })
})

describe('when functions past their time hold every slot', () => {
  it('a warning says so, once for each time that it comes to that', async () => {
    const warned = warnings()
    const runner = createRunner({ ...quiet, concurrency: 2, timeout: 50 })
    const gates = [deferred(), deferred(), deferred()]
    const [first] = gates.map((gate, index) =>
      runner.addTask(new Task(() => gate.promise).with({ name: `task ${index}` })),
    )
    await pass(49)
    expect(warned).toEqual([])
    await pass(1)
    expect(first?.state).toBe('timedOut')
    expect(warned).toEqual([
      {
        code: 'BG_OVERDUE',
        message:
          'All 2 slots of the runner (concurrency) are held by tasks that have timed out and not ' +
          'ended, the last one by Task task 1: nothing starts until one of them ends. Let them ' +
          'obey currentTask().signal',
      },
    ])
    gates[0]?.resolve()
    await pass(50)
    expect(warned).toHaveLength(2)
    for (const gate of gates) gate.resolve()
    await runner.settled()
  })

  it('counts an attempt that will be tried again', async () => {
    const warned = warnings()
    const runner = createRunner({ ...quiet, concurrency: 1, timeout: 50, retries: 1 })
    const gate = deferred()
    const run = runner.addTask(() => gate.promise)
    await pass(50)
    expect([run.state, warned.map(({ code }) => code)]).toEqual(['running', ['BG_OVERDUE']])
    run.cancel()
    gate.resolve()
    await runner.settled()
  })

  it('there is no warning where a slot is free, or slots have no end', async () => {
    const warned = warnings()
    const gate = deferred()
    for (const concurrency of [2, Infinity]) {
      const runner = createRunner({ ...quiet, concurrency, timeout: 50 })
      runner.addTask(() => gate.promise)
      await pass(50)
      expect(runner.stats.overdue).toBe(1)
    }
    expect(warned).toEqual([])
    gate.resolve()
  })
})

it('the warnings are those of the process, and keep it not alive', async () => {
  const { code, stderr } = await runChild(`
const { createRunner, background } = require('@backgrounder/core')
const runner = createRunner({ concurrency: 1, timeout: 10, onError() {} })
runner.addTask(function hang() {
  const end = performance.now() + 120
  while (performance.now() < end);
  return new Promise(() => {})
})
createRunner({ slowWarning: 5 }).addTask(function wait() { return new Promise(() => {}) })
const kept = setInterval(() => {}, 1_000)
let warnings = 0
process.on('warning', () => {
  warnings += 1
  if (warnings === 3) clearInterval(kept)
})
`)
  expect(code).toBe(0)
  expect(stderr).toMatch(/\[BG_SLOW\] BackgrounderWarning: Task wait /)
  expect(stderr).toMatch(/\[BG_BLOCKED\] BackgrounderWarning: Task hang /)
  expect(stderr).toMatch(/\[BG_OVERDUE\] BackgrounderWarning: All 1 slots /)
})
