import { createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { burn, turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

/** Counts the turns of the event loop, by an immediate of the test's own. */
function countTurns() {
  let turns = 0
  let handle = setImmediate(function count() {
    turns += 1
    handle = setImmediate(count)
  })
  return { count: () => turns, stop: () => clearImmediate(handle) }
}

function stackDepth(): number {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = Infinity
  const depth = new Error().stack?.split('\n').length ?? 0
  Error.stackTraceLimit = stackTraceLimit
  return depth
}

describe('a thousand tasks deep, each adding the next', () => {
  it.each([
    ['sync', (next: () => void) => next()],
    ['async', async (next: () => void) => next()],
    ['async after a turn', (next: () => void) => turn().then(next)],
  ])('run once each, without recursion: %s', async (_, call) => {
    const runner = createRunner()
    const depths: number[] = []
    const add = (): void => {
      runner.addTask(() => {
        depths.push(stackDepth())
        return call(() => {
          if (depths.length < 1000) add()
        })
      })
    }
    add()
    await runner.drain()
    expect(runner.stats).toMatchObject({ pending: 0, succeeded: 1000, failed: 0 })
    expect(new Set(depths).size).toBe(1)
  })

  it('run once each also when all are tasks of one response, in order', async () => {
    const { tasks, runner, end } = fakeResponse()
    const depths: number[] = []
    const next = (): void => {
      depths.push(stackDepth())
      if (depths.length < 1000) tasks.addTask(next)
    }
    tasks.addTask(next)
    end()
    await runner.drain()
    expect(runner.stats).toMatchObject({ pending: 0, succeeded: 1000 })
    expect(new Set(depths).size).toBe(1)
  })

  it('let a timer have its turn: a task that adds itself for ever starves nobody', async () => {
    const runner = createRunner()
    let rang = false
    let calls = 0
    const again = (): void => {
      calls += 1
      if (!rang && calls < 10_000_000) runner.addTask(again)
    }
    runner.addTask(again)
    setTimeout(() => {
      rang = true
    }, 0)
    await runner.drain()
    expect(rang).toBe(true)
    expect(runner.stats.succeeded).toBe(calls)
  })
})

describe('five thousand tasks at once', () => {
  it('run once each, and others have their turn after a task that took long', async () => {
    const runner = createRunner()
    const turns = countTurns()
    const calls = new Array<number>(5000).fill(0)
    const turnOfLongTask: number[] = []
    for (let index = 0; index < 5000; index += 1) {
      runner.addTask(() => {
        calls[index] = (calls[index] ?? 0) + 1
        if (index % 500 > 0) return
        turnOfLongTask.push(turns.count())
        burn(2)
      })
    }
    await runner.settled()
    turns.stop()
    expect(calls.every((count) => count === 1)).toBe(true)
    // At least one turn of the test's own between any two of the ten long ones.
    expect(new Set(turnOfLongTask).size).toBe(10)
  })

  it('run once each when all are tasks of one response', async () => {
    const { tasks, runner, end } = fakeResponse()
    const seen: number[] = []
    for (let index = 0; index < 5000; index += 1) tasks.addTask(() => seen.push(index))
    end()
    await runner.settled()
    expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => index))
  })
})

describe.each([
  ['in order', {}],
  ['as a group', { asGroup: true }],
  ['as a group of one at a time', { asGroup: true, concurrency: 1 }],
])('a Tasks %s of many synchronous tasks', (_, options) => {
  it('lets others have their turn, and runs each once, in order', async () => {
    const turns = countTurns()
    const seen: number[] = []
    const turnOfLongTask: number[] = []
    const tasks = new Tasks([], options)
    for (let index = 0; index < 5000; index += 1) {
      tasks.addTask(() => {
        seen.push(index)
        if (index % 500 > 0) return
        turnOfLongTask.push(turns.count())
        burn(2)
      })
    }
    await tasks()
    turns.stop()
    expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => index))
    expect(new Set(turnOfLongTask).size).toBe(10)
  })

  it('ends with what was added while it rested, and starts nothing after a failure', async () => {
    const seen: string[] = []
    const tasks = new Tasks([new Task(() => burn(2)), new Task(() => seen.push('a'))], options)
    const ended = tasks()
    setImmediate(() => tasks.addTask(() => void seen.push('b')))
    tasks.addTask(turn)
    await ended
    expect(seen).toEqual(['a', 'b'])
    const fail = new Task(() => {
      burn(2)
      throw new Error('no route')
    })
    await expect(new Tasks([fail, new Task(() => seen.push('c'))], options)()).rejects.toThrow()
    expect(seen).toEqual(['a', 'b'])
  })
})
