import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import {
  background,
  createRunner,
  currentTask,
  currentTasks,
  enterTasks,
  Task,
  Tasks,
} from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { childProcesses } from './child.js'
import { turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'
import { isCollected } from './garbage.js'

const runChild = childProcesses()
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('currentTask() with asyncContext: true', () => {
  it('is the task anywhere: after an await, in a timer, in what a function calls', async () => {
    const runner = createRunner({ asyncContext: true })
    const seen: unknown[] = []
    const look = () => seen.push(currentTask())
    async function deep(): Promise<void> {
      look()
      await turn()
      look()
      await sleep(1)
      look()
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          look()
          resolve()
        })
      })
      await Promise.all([1, 2].map(() => turn().then(look)))
    }
    const run = runner.addTask(deep)
    const other = runner.addTask(deep)
    await runner.settled()
    expect(seen).toHaveLength(12)
    expect(seen.filter((task) => task === run)).toHaveLength(6)
    expect(seen.filter((task) => task === other)).toHaveLength(6)
    expect(currentTask()).toBeUndefined()
  })

  it('has the attempt and the signal of the attempt that runs', async () => {
    const runner = createRunner({
      asyncContext: true,
      retries: { delay: 0 },
      onError: () => {},
    })
    const seen: unknown[] = []
    runner.addTask(async () => {
      await turn()
      seen.push([currentTask()?.attempt, currentTask()?.signal.aborted])
      throw new Error('no route')
    })
    await runner.settled()
    expect(seen).toEqual([
      [1, false],
      [2, false],
      [3, false],
    ])
  })

  it('is the inner task inside of a Tasks and of a Task that is awaited, and then the outer', async () => {
    const runner = createRunner({ asyncContext: true })
    const seen: unknown[] = []
    const look = async () => {
      await turn()
      seen.push(currentTask()?.name)
    }
    const inner = (name: string) => new Task(look).with({ name })
    await runner.addTask(
      new Task(async () => {
        await look()
        await inner('one')()
        await look()
        await new Tasks([inner('two'), inner('three')], { asGroup: true })()
        await inner('with policies').with({ timeout: 1000, retries: 1 })()
        await look()
      }).with({ name: 'outer' }),
    ).done
    expect(seen).toEqual(['outer', 'one', 'outer', 'two', 'three', 'with policies', 'outer'])
  })

  it('lets an inner task that is awaited after an await obey the outer one', async () => {
    const runner = createRunner({ asyncContext: true })
    const reasons: unknown[] = []
    const run = runner.addTask(async () => {
      await turn()
      await new Task(async () => {
        await turn()
        const signal = currentTask()?.signal as AbortSignal
        run.cancel('no need')
        reasons.push(signal.reason)
      })()
    })
    await runner.settled()
    expect([run.state, reasons]).toEqual(['cancelled', ['no need']])
  })

  it('is that of a task in what it adds, and not of whoever has added it', async () => {
    const runner = createRunner({ asyncContext: true })
    const seen: unknown[] = []
    const add = (times: number) =>
      runner.addTask(async () => {
        await turn()
        seen.push(currentTask())
        if (times > 0) runs.push(add(times - 1))
      })
    const runs = [add(3)]
    await runner.settled()
    expect(seen).toEqual(runs)
  })

  it('is never the adder in a task of a runner without asyncContext', async () => {
    const [runner, plain] = [createRunner({ asyncContext: true }), createRunner()]
    const seen: unknown[] = []
    const outer = runner.addTask(async () => {
      await turn()
      seen.push(
        plain.addTask(async () => {
          seen.push(currentTask())
          await turn()
          seen.push(currentTask())
        }),
      )
    })
    await runner.settled()
    await plain.settled()
    expect(seen).not.toContain(outer)
    const [inner] = seen
    expect(seen).toEqual([inner, inner, inner])
  })

  it('is undefined after an await without the option', async () => {
    const runner = createRunner()
    const seen: unknown[] = []
    await runner.addTask(async () => {
      await turn()
      seen.push(currentTask())
    }).done
    expect(seen).toEqual([undefined])
  })

  it('is the task in `around`, before and after next()', async () => {
    const seen: unknown[] = []
    const runner = createRunner({
      asyncContext: true,
      async around(_run, next) {
        seen.push(currentTask())
        await turn()
        seen.push(currentTask())
        await next()
        seen.push(currentTask())
      },
    })
    const run = runner.addTask(() => {})
    await runner.settled()
    expect(seen).toEqual([run, run, run])
  })

  it('leaves the stores of others as they are', async () => {
    const mine = new AsyncLocalStorage<string>()
    const runner = createRunner({ asyncContext: true })
    const seen: unknown[] = []
    mine.run('mine', () =>
      runner.addTask(async () => {
        seen.push(mine.getStore())
        await turn()
        seen.push(mine.getStore())
      }),
    )
    await runner.settled()
    expect(seen).toEqual(['mine', 'mine'])
  })

  it('does not keep the tasks of an emitter that lives longer', async () => {
    const runner = createRunner({ asyncContext: true })
    const add = async () => {
      const run = runner.addTask(async () => {
        await turn()
        currentTask()
      })
      await run.done
      return new WeakRef(run)
    }
    const reference = await add()
    await runner.settled()
    expect(await isCollected(reference)).toBe(true)
  })
})

describe('currentTasks()', () => {
  it('is the collector of the request that is handled, wherever it is asked for', async () => {
    const { tasks, runner, end } = fakeResponse({ asyncContext: true })
    const seen: unknown[] = []
    const look = () => seen.push(currentTasks())
    await enterTasks(tasks, runner, async () => {
      look()
      await turn()
      look()
      const emitter = new EventEmitter().on('event', look)
      emitter.emit('event')
      currentTasks()?.addTask(async () => {
        look()
        await turn()
        look()
      })
    })
    expect(currentTasks()).toBeUndefined()
    end()
    await runner.settled()
    expect(seen).toEqual(Array(5).fill(tasks))
  })

  it('keeps two requests apart', async () => {
    const runner = createRunner({ asyncContext: true })
    const responses = [fakeResponse({}, runner), fakeResponse({}, runner)]
    const seen = await Promise.all(
      responses.map(({ tasks }) =>
        enterTasks(tasks, runner, async () => {
          await turn()
          return currentTasks()
        }),
      ),
    )
    expect(seen[0]).toBe(responses[0]?.tasks)
    expect(seen[1]).toBe(responses[1]?.tasks)
  })

  it('adds to the response that its task was added in, soon if that is over', async () => {
    const { tasks, runner, end } = fakeResponse({ asyncContext: true })
    const seen: string[] = []
    enterTasks(tasks, runner, () => {
      tasks.addTask(async () => {
        await turn()
        const run = currentTasks()?.addTask(() => seen.push('added by a task'))
        seen.push(run?.request?.method as string)
      })
    })
    end()
    await runner.settled()
    expect(seen).toEqual(['POST', 'added by a task'])
  })

  it('is undefined outside of a request, and without the option', async () => {
    expect(currentTasks()).toBeUndefined()
    const { tasks, runner } = fakeResponse()
    expect(enterTasks(tasks, runner, () => currentTasks())).toBeUndefined()
    const alone = createRunner({ asyncContext: true })
    let seen: unknown = 'nothing'
    await alone.addTask(async () => {
      await turn()
      seen = currentTasks()
    }).done
    expect(seen).toBeUndefined()
  })

  it('gives back what its function returns or throws', async () => {
    const { tasks, runner } = fakeResponse({ asyncContext: true })
    expect(enterTasks(tasks, runner, () => 42)).toBe(42)
    expect(() =>
      enterTasks(tasks, runner, () => {
        throw new Error('no route')
      }),
    ).toThrow('no route')
    expect(currentTasks()).toBeUndefined()
  })

  it('is there in a definition that a handler calls', async () => {
    const { tasks, runner } = fakeResponse({ asyncContext: true })
    let seen: unknown
    const look = background(
      async () => {
        await turn()
        seen = currentTasks()
      },
      { name: 'look' },
    )
    await enterTasks(tasks, runner, () => look().done)
    expect(seen).toBe(tasks)
  })
})

it('no AsyncLocalStorage is in use until a runner with asyncContext runs a task', async () => {
  const { stdout } = await runChild(`
const { executionAsyncResource, createHook } = require('node:async_hooks')
const { AsyncLocalStorage } = require('node:async_hooks')
const used = []
const { run } = AsyncLocalStorage.prototype
AsyncLocalStorage.prototype.run = function (...args) { used.push(phase); return run.apply(this, args) }
let phase = 'without'
const { createRunner, Tasks, Task } = require('@backgrounder/core')
async function main() {
  const runner = createRunner({ around: (run, next) => next() })
  await runner.addTask(new Tasks([new Task(async () => {}).with({ timeout: 5, retries: 1 })])).done
  phase = 'with'
  await createRunner({ asyncContext: true }).addTask(async () => {}).done
  console.log([...new Set(used)].join())
}
main()
`)
  expect(stdout).toBe('with\n')
})
