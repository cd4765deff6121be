import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { currentTask, currentTasks } from '@backgrounder/core'
import { expect } from 'vitest'
import { type Row, turns, until } from '../row.js'

const store = new AsyncLocalStorage<string | undefined>()

/** What a task knows of where it was added: see context.test.ts too, which runs every row so. */
export const asyncContextRows: Row[] = [
  {
    name: 'the AsyncLocalStorage store of the addTask is the one in the task, also after an await',
    mark: 'C',
    async run(stage) {
      const seen: unknown[] = []
      const app = await stage.start((x) => {
        store.run(x.req.url, () => {
          x.tasks.addTask(async () => {
            seen.push(store.getStore())
            await turns(2)
            seen.push(store.getStore())
          })
        })
        x.send('ok')
      })
      await Promise.all([app.request({ path: '/1' }), app.request({ path: '/2' })])
      await until(() => seen.length === 4)
      expect(seen.sort()).toEqual(['/1', '/1', '/2', '/2'])
    },
  },
  {
    name: "around wraps each attempt, in its request's context, and is waited for",
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const log: unknown[] = []
      const app = await stage.start(
        (x) => {
          store.run(`store of ${x.req.url}`, () => {
            x.tasks.addTask(() => {
              const attempt = currentTask()?.attempt
              log.push(`attempt ${attempt}`)
              if (attempt === 1) throw new Error('once more')
            })
          })
          x.tasks.addTask(() => log.push('the next one'))
          x.send('ok')
        },
        {
          retries: { attempts: 2, delay: 0 },
          async around({ attempt, request }, next) {
            log.push([attempt, request?.url, store.getStore()])
            try {
              return await next()
            } finally {
              await turns(2)
              log.push('after')
            }
          },
        },
      )
      await app.request({ path: '/a' })
      await app.runner?.settled()
      expect(log).toEqual([
        ...[[1, '/a', 'store of /a'], 'attempt 1', 'after'],
        ...[[2, '/a', 'store of /a'], 'attempt 2', 'after'],
        ...[[1, '/a', undefined], 'the next one', 'after'],
      ])
    },
  },
  {
    name: 'asyncContext: currentTask() after an await in a task, and of each of many at once',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const seen: unknown[] = []
      const app = await stage.start(
        (x) => {
          x.tasks.addTask(async () => {
            await turns(2)
            seen.push([x.req.url, currentTask()?.request?.url])
          })
          x.send('ok')
        },
        { asyncContext: true },
      )
      await Promise.all(['/1', '/2', '/3'].map((path) => app.request({ path })))
      await app.runner?.settled()
      expect(seen.sort()).toEqual([
        ['/1', '/1'],
        ['/2', '/2'],
        ['/3', '/3'],
      ])
      expect(currentTask()).toBeUndefined()
    },
  },
  {
    name: 'asyncContext: currentTasks() after an await in a handler, and in what it adds',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const seen: boolean[] = []
      const app = await stage.start(
        async (x) => {
          seen.push(currentTasks() === x.tasks)
          await turns(2)
          seen.push(currentTasks() === x.tasks)
          currentTasks()?.addTask(async () => {
            await turns(2)
            seen.push(currentTasks() === x.tasks)
          })
          x.send('ok')
        },
        { asyncContext: true },
      )
      const client = await app.keepAlive()
      await Promise.all([app.request(), client.request()])
      await client.request()
      await app.runner?.settled()
      expect(seen).toEqual(Array(9).fill(true))
      expect(currentTasks()).toBeUndefined()
      client.close()
    },
  },
  {
    name: 'asyncContext: currentTasks() after the body of a POST was read, which comes later than its headers',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const seen: unknown[] = []
      const app = await stage.start(
        async (x) => {
          const body = await x.body()
          seen.push([body, currentTasks() === x.tasks])
          currentTasks()?.addTask(() => seen.push(currentTask()?.request?.method))
          x.send('ok')
        },
        { asyncContext: true },
      )
      const body = once(app.server, 'request')
        .then(() => turns(2))
        .then(() => 'a body')
      await app.request({ method: 'POST', headers: { 'content-type': 'text/plain' }, body })
      await app.runner?.settled()
      expect(seen).toEqual([['a body', true], 'POST'])
    },
  },
  {
    name: 'without asyncContext nothing of it is there after an await, and currentTasks() never',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const seen: unknown[] = []
      const app = await stage.start((x) => {
        seen.push(currentTasks())
        x.tasks.addTask(async () => {
          seen.push(currentTask()?.request?.url)
          await turns(1)
          seen.push(currentTask())
        })
        x.send('ok')
      })
      await app.request({ path: '/plain' })
      await app.runner?.settled()
      expect(seen).toEqual([undefined, '/plain', undefined])
    },
  },
]
