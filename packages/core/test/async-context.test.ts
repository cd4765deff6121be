import { AsyncLocalStorage } from 'node:async_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRunner, type Runner, type TaskRun } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

async function isCollected(reference: WeakRef<object>): Promise<boolean> {
  for (let round = 0; round < 10 && reference.deref(); round += 1) {
    await turn()
    collectGarbage()
  }
  return reference.deref() === undefined
}

describe('the store of an AsyncLocalStorage', () => {
  const storage = new AsyncLocalStorage<string | object>()

  it('in a task is the one at its addTask, after an await too', async () => {
    const runner = createRunner()
    const seen: Record<string, unknown[]> = {}
    const look = async (name: string) => {
      const before = storage.getStore()
      await turn()
      seen[name] = [before, storage.getStore()]
    }
    storage.run('first', () => runner.addTask(look, 'a'))
    storage.run('second', () => runner.addTask(look, 'b'))
    runner.addTask(look, 'c')
    await storage.run('whoever drains', () => runner.drain())
    expect(seen).toEqual({
      a: ['first', 'first'],
      b: ['second', 'second'],
      c: [undefined, undefined],
    })
  })

  it('in a task of a response is the one at its addTask, not the one at its end', async () => {
    const { tasks, runner, end } = fakeResponse()
    const seen: unknown[] = []
    const look = () => seen.push(storage.getStore())
    storage.run('first', () => tasks.addTask(look))
    storage.run('second', () => tasks.addTask(look))
    storage.run('the end', () => end())
    await runner.settled()
    storage.run('late', () => tasks.addTask(look))
    await runner.settled()
    expect(seen).toEqual(['first', 'second', 'late'])
  })

  it('in the `then` of a lazy query is the one at the addTask', async () => {
    const runner = createRunner()
    const seen: unknown[] = []
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: query builders start their work in it
      then(resolve: () => void) {
        seen.push(storage.getStore())
        resolve()
      },
    }
    storage.run('the handler', () => runner.addTask(() => query))
    await runner.settled()
    expect(seen).toEqual(['the handler'])
  })

  it('in `when` is the one at the addTask', async () => {
    const { tasks, runner, end } = fakeResponse()
    const seen: unknown[] = []
    const when = () => seen.push(storage.getStore()) > 0
    storage.run('the handler', () => tasks.with({ when }).addTask(() => {}))
    end()
    await runner.settled()
    expect(seen).toEqual(['the handler'])
  })

  it('in a task that a task adds is that of the adding one', async () => {
    const runner = createRunner()
    const seen: unknown[] = []
    storage.run('the outer', () =>
      runner.addTask(() => {
        runner.addTask(() => seen.push(storage.getStore()))
      }),
    )
    await runner.drain()
    expect(seen).toEqual(['the outer'])
  })

  // In functions of their own: what a test function holds is not collected before it ends.
  function add(runner: Runner, use: (run: TaskRun) => unknown, func: () => unknown) {
    const store = { big: new Array(1000).fill(0) }
    const run = storage.run(store, () => {
      const added = runner.addTask(func)
      use(added)
      return added
    })
    return { run, reference: new WeakRef(store) }
  }

  const funcs: [string, () => unknown][] = [
    ['sync', () => {}],
    ['async', () => turn()],
    ['failing', () => turn().then(() => Promise.reject(new Error('no route')))],
  ]

  it.each(funcs)('is not kept by a TaskRun that is: %s', async (_, func) => {
    const runner = createRunner({ onError: () => {} })
    const { run, reference } = add(runner, () => {}, func)
    await runner.settled()
    expect(await isCollected(reference)).toBe(true)
    expect(run.name).toBeDefined()
  })

  it('is not kept by a TaskRun whose `done` was read where it was added', async () => {
    const runner = createRunner()
    const { run, reference } = add(
      runner,
      ({ done }) => done,
      () => {},
    )
    await runner.settled()
    expect(await isCollected(reference)).toBe(true)
    expect(run.state).toBe('succeeded')
  })

  it('is not kept by a runner that goes on with other tasks', async () => {
    const runner = createRunner()
    const { reference } = add(
      runner,
      () => {},
      () => {},
    )
    let goesOn = true
    const again = (): void => {
      if (goesOn) runner.addTask(again)
    }
    runner.addTask(again)
    expect(await isCollected(reference)).toBe(true)
    goesOn = false
    await runner.settled()
  })
})

describe('the arguments of a task', () => {
  function add(runner: Runner) {
    const argument = { big: new Array(1000).fill(0) }
    return {
      run: runner.addTask((_given: object) => {}, argument),
      reference: new WeakRef(argument),
    }
  }

  it('are not kept by a TaskRun that is', async () => {
    const runner = createRunner()
    const { run, reference } = add(runner)
    await runner.settled()
    expect(await isCollected(reference)).toBe(true)
    expect(run.state).toBe('succeeded')
  })
})

it('a kept TaskRun keeps neither the function nor its arguments', async () => {
  const { tasks, runner, end } = fakeResponse()
  const add = () => {
    const req = { body: 'large' }
    const runs = [tasks.addTask(() => req.body), tasks.addTask((given) => given, req as object)]
    return { runs, reference: new WeakRef<object>(req) }
  }
  const { runs, reference } = add()
  end()
  await runner.settled()
  expect(await isCollected(reference)).toBe(true)
  expect(runs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
})
