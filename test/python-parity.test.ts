import { background, backgroundTasks, type RunnerOptions, Task, Tasks } from '@backgrounder/express'
import express, { type RequestHandler } from 'express'
import request from 'supertest'
import { describe, expect, test } from 'vitest'

// The nine tests of the Python package, ported in meaning and in its order. There a response is
// made with its task; here the task is added to it. Keyword arguments are an object.

describe('a Task or Tasks of a response', () => {
  test('an async task runs after the response', async () => {
    const log: string[] = []
    const task = new Task(async () => {
      await Promise.resolve()
      log.push('task')
    })
    await respond(async (_req, res) => {
      res.once('finish', () => log.push('response'))
      res.locals.tasks.addTask(task)
      await someTurns()
      res.send('Task started')
    })
    expect(log).toEqual(['response', 'task'])
  })

  test('a sync closure runs after the response', async () => {
    const log: string[] = []
    const task = new Task(() => {
      log.push('task')
    })
    await respond(async (_req, res) => {
      res.once('finish', () => log.push('response'))
      res.locals.tasks.addTask(task)
      await someTurns()
      res.send('Task started')
    })
    expect(log).toEqual(['response', 'task'])
  })

  test('three additions with object arguments sum up to 6, as one Tasks and one by one', async () => {
    let counter = 0
    const increment = ({ amount }: { amount: number }) => {
      counter += amount
    }

    await respond((_req, res) => {
      const tasks = new Tasks()
      tasks.addTask(increment, { amount: 1 })
      tasks.addTask(increment, { amount: 2 })
      tasks.addTask(increment, { amount: 3 })
      res.locals.tasks.addTask(tasks)
      res.send('Task started')
    })
    expect(counter).toBe(1 + 2 + 3)

    counter = 0
    await respond((_req, res) => {
      res.locals.tasks.addTask(increment, { amount: 1 })
      res.locals.tasks.addTask(increment, { amount: 2 })
      res.locals.tasks.addTask(increment, { amount: 3 })
      res.send('Task started')
    })
    expect(counter).toBe(1 + 2 + 3)
  })

  test('the first of two fails: the second does not run, later tasks of the response do', async () => {
    const failure = new Error('Task failed')
    const reported: unknown[] = []
    let counter = 0
    let later = 0
    const increment = () => {
      counter += 1
      if (counter === 1) throw failure
    }

    await respond(
      (_req, res) => {
        res.locals.tasks.addTask(new Tasks([new Task(increment), new Task(increment)]))
        res.locals.tasks.addTask(() => {
          later += 1
        })
        res.send('Task started')
      },
      { onError: (error) => reported.push(error) },
    )
    expect(counter).toBe(1)
    expect(later).toBe(1)
    expect(reported).toEqual([failure])
  })

  test('a group that was built outside of the handler takes both kinds of arguments', async () => {
    const values = new Set<string>()
    const add = (given: string[] | { values: string[] }) => {
      for (const value of Array.isArray(given) ? given : given.values) values.add(value)
    }
    const tasks = new Tasks(
      [new Task(add, ['a', 'b', 'c', 'h']), new Task(add, { values: ['d', 'e', 'f', 'g'] })],
      { asGroup: true },
    )

    await respond((_req, res) => {
      res.locals.tasks.addTask(tasks)
      res.send('Task started')
    })
    expect([...values].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
  })
})

describe('background', () => {
  test('a decorated async function runs after the response, and alone gives its value', async () => {
    let total = 0
    const work = async (number: number) => {
      await Promise.resolve()
      total += number
      return number
    }
    const workLater = background(work)

    await respond(async (_req, res) => {
      res.locals.tasks.addTask(workLater, 2)
      await someTurns()
      expect(total).toBe(0)
      res.send('Task started')
    })
    expect(total).toBe(2)
    expect(await workLater.func(2)).toBe(2)
  })

  test('a Task of an async function is lazy: nothing runs until it is called', async () => {
    let total = 0
    const task = new Task(async (number: number) => {
      await Promise.resolve()
      total += number
    }, 2)

    await someTurns()
    expect(total).toBe(0)
    await task()
    expect(total).toBe(2)
  })

  test('a Task of a sync function is lazy: nothing runs until it is called', async () => {
    let total = 0
    const task = new Task((number: number) => {
      total += number
    }, 2)

    await someTurns()
    expect(total).toBe(0)
    await task()
    expect(total).toBe(2)
  })

  test('a decorated sync function has its effect when it is called', async () => {
    let total = 0
    const workLater = background((number: number) => {
      total = number
    })

    await someTurns()
    expect(total).toBe(0)
    await workLater(2).done
    expect(total).toBe(2)
  })
})

/** Asks an Express server for one response of this handler, and waits for its tasks. */
async function respond(handler: RequestHandler, options?: RunnerOptions): Promise<void> {
  const app = express()
  const middleware = backgroundTasks(options)
  app.use(middleware)
  app.get('/', handler)
  const answer = await request(app).get('/')
  expect(answer.text).toBe('Task started')
  await middleware.runner.settled()
}

/** Long enough for anything that does not wait to have run. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
