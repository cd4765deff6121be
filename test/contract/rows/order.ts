import { expect } from 'vitest'
import { isClosed } from '../framework.js'
import { deferred, type Row, turns, until } from '../row.js'

/** Which task starts when. */
export const orderRows: Row[] = [
  {
    name: 'the tasks of one request start in order, each when the one before is settled',
    async run(stage) {
      const log: string[] = []
      const app = await stage.start((x) => {
        for (const name of ['a', 'b', 'c']) {
          x.tasks.addTask(async () => {
            log.push(`${name} starts`)
            await turns(2)
            log.push(`${name} ends`)
            if (name === 'a') throw new Error('the next one runs all the same')
          })
        }
        x.send('ok')
      }, quiet)
      await app.request()
      await until(() => log.length === 6)
      expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} starts`, `${name} ends`]))
    },
  },
  {
    name: 'a task that hangs holds the rest of its own request, and no other request',
    async run(stage) {
      const gate = deferred()
      const ran: string[] = []
      const app = await stage.start((x) => {
        if (x.req.url === '/hangs') x.tasks.addTask(() => gate.promise)
        x.tasks.addTask(() => ran.push(x.req.url ?? ''))
        x.send('ok')
      })
      await app.request({ path: '/hangs' })
      await app.request({ path: '/other' })
      await until(() => ran.length > 0)
      await turns(20)
      expect(ran).toEqual(['/other'])
      gate.resolve()
    },
  },
  {
    name: 'asGroup for one request: all start at once',
    oursOnly: true,
    async run(stage) {
      const gate = deferred()
      const ran: string[] = []
      const app = await stage.start((x) => {
        x.tasks.asGroup = x.req.url === '/group'
        x.tasks.addTask(() => gate.promise)
        x.tasks.addTask(() => ran.push(x.req.url ?? ''))
        x.send('ok')
      })
      await app.request({ path: '/in-order' })
      await app.request({ path: '/group' })
      await until(() => ran.length > 0)
      await turns(20)
      expect(ran).toEqual(['/group'])
      gate.resolve()
    },
  },
  {
    name: 'asGroup for the app: all start at once, in the order in which they were added',
    oursOnly: true,
    async run(stage) {
      const log: string[] = []
      const gate = deferred()
      const app = await stage.start(
        (x) => {
          for (const name of ['a', 'b', 'c']) {
            x.tasks.addTask(async () => {
              log.push(`${name} starts`)
              await gate.promise
              log.push(`${name} ends`)
            })
          }
          x.send('ok')
        },
        { asGroup: true },
      )
      await app.request()
      await until(() => log.length === 3)
      gate.resolve()
      await until(() => log.length === 6)
      expect(log.slice(0, 3)).toEqual(['a starts', 'b starts', 'c starts'])
    },
  },
  {
    name: 'a task added after the response is over: soon, once, in a later macrotask',
    async run(stage) {
      const log: string[] = []
      const app = await stage.start((x) => {
        x.send('ok')
        void until(() => isClosed(x.res)).then(() => {
          x.tasks.addTask(() => log.push('task'))
          log.push('added')
          queueMicrotask(() => log.push('microtask'))
        })
      })
      await app.request()
      await until(() => log.length === 3)
      await turns(20)
      expect(log).toEqual(['added', 'microtask', 'task'])
    },
  },
  {
    name: 'a task that adds a task, 1,000 deep: all once, no recursion, the loop stays responsive',
    async run(stage) {
      let ran = 0
      let depth = 0
      const app = await stage.start((x) => {
        const task = () => {
          ran += 1
          depth = Math.max(depth, new Error('how deep').stack?.split('\n').length ?? 0)
          if (ran < 1_000) x.tasks.addTask(task)
        }
        x.tasks.addTask(task)
        x.send('ok')
      })
      const limit = Error.stackTraceLimit
      Error.stackTraceLimit = 200
      await app.request()
      await until(() => ran === 1_000)
      Error.stackTraceLimit = limit
      await turns(20)
      expect(ran).toBe(1_000)
      expect(depth).toBeLessThan(50)
    },
  },
  {
    name: 'a task that adds 5,000 at once: all once, in order, the loop stays responsive',
    async run(stage) {
      const ran: number[] = []
      let others = 0
      const app = await stage.start((x) => {
        x.tasks.addTask(() => {
          for (let i = 0; i < 5_000; i++) {
            x.tasks.addTask(() => {
              ran.push(i)
              // More than a turn's work in all: whoever waits for the loop gets his turn in between.
              for (const end = performance.now() + 0.02; performance.now() < end; );
            })
          }
          const other = () => {
            others += 1
            if (ran.length < 5_000) setImmediate(other)
          }
          setImmediate(other)
        })
        x.send('ok')
      })
      await app.request()
      await until(() => ran.length === 5_000)
      await turns(20)
      expect(ran).toEqual(Array.from({ length: 5_000 }, (_, i) => i))
      expect(others).toBeGreaterThan(10)
    },
  },
]

const quiet = { onError: () => {} }
