import type { TaskRun } from '@backgrounder/core'
import { expect } from 'vitest'
import { fastifyOnly } from '../not.js'
import { deferred, type Row, turns, until } from '../row.js'

const quiet = { logger: { error: () => {} } }

/** What a drain waits for. Ours only: it is our API. */
export const drainRows: Row[] = [
  {
    name: 'a handler that never answers: the drain waits, and its deadline decides',
    oursOnly: true,
    async run(stage) {
      let ran = 0
      let run: TaskRun | undefined
      const app = await stage.start((x) => {
        run = x.tasks.addTask(() => {
          ran += 1
        }) as TaskRun
        return new Promise(() => {})
      }, quiet)
      const socket = await app.connect('/')
      await until(() => run !== undefined)
      const report = await app.runner?.drain({ timeout: 50 })
      expect(report).toMatchObject({ ok: false, succeeded: 0, abandoned: [run] })
      socket.destroy()
      await stage.close()
      expect([ran, run?.state]).toEqual([0, 'abandoned'])
    },
  },
  {
    name: 'a drain waits for a response in flight, for its tasks, and for what they add',
    oursOnly: true,
    async run(stage) {
      const ran: string[] = []
      let answer: (() => void) | undefined
      const app = await stage.start((x) => {
        x.tasks.addTask(async () => {
          await new Promise((resolve) => setTimeout(resolve, 5))
          ran.push('first')
          x.tasks.addTask(() => ran.push('added meanwhile'))
        })
        return new Promise<void>((resolve) => {
          answer = () => {
            x.send('ok')
            resolve()
          }
        })
      })
      const answered = app.request()
      await until(() => answer !== undefined)
      const drained = app.runner?.drain()
      answer?.()
      expect(await drained).toMatchObject({ ok: true, succeeded: 2, abandoned: [] })
      expect(ran).toEqual(['first', 'added meanwhile'])
      await answered
    },
  },
  {
    name: 'a drain with nothing to wait for ends at once, and is not the last: a later task runs',
    oursOnly: true,
    async run(stage) {
      let ran = 0
      const app = await stage.start((x) => {
        x.tasks.addTask(() => ran++)
        x.send('ok')
      })
      const report = {
        ...{
          ok: true,
          succeeded: 0,
          failed: 0,
          timedOut: 0,
          cancelled: 0,
          skipped: 0,
          handedOff: 0,
        },
        abandoned: [],
      }
      expect(await app.runner?.drain()).toEqual(report)
      await app.request()
      await until(() => ran === 1)
    },
  },
  {
    name: 'two drains at once wait for the same tasks, and both tell of them',
    oursOnly: true,
    async run(stage) {
      const gate = deferred()
      const app = await stage.start((x) => {
        x.tasks.addTask(() => gate.promise)
        x.send('ok')
      })
      await app.request()
      await until(() => app.runner?.running().length === 1)
      const drains = [app.runner?.drain(), app.runner?.drain({ timeout: 5_000 })]
      gate.resolve()
      const expected = expect.objectContaining({ ok: true, succeeded: 1 })
      expect(await Promise.all(drains)).toEqual([expected, expected])
    },
  },
  {
    name: 'closing the app waits for its tasks and for what they add',
    oursOnly: true,
    not: fastifyOnly('only Fastify has a close of its own: elsewhere one calls drain()'),
    async run(stage) {
      const ran: string[] = []
      const app = await stage.start((x) => {
        x.tasks.addTask(async () => {
          await turns(20)
          ran.push('first')
          x.tasks.addTask(() => ran.push('added meanwhile'))
        })
        x.send('ok')
      })
      await app.request()
      await until(() => app.runner?.running().length === 1)
      await app.close()
      expect(ran).toEqual(['first', 'added meanwhile'])
    },
  },
]
