import { background, type Job, NotDurableError, type TaskRun } from '@backgrounder/core'
import { type InMemoryEngine, inMemoryEngine } from '@backgrounder/core/testing'
import { expect } from 'vitest'
import type { Handler } from '../framework.js'
import { notOn } from '../not.js'
import { deferred, ours, type Row, turns, until } from '../row.js'

const quiet = { onError: () => {}, logger: { error: () => {} } }

const ran: unknown[] = []
/** There is no worker: it must not run. */
const mail = background((to: string) => void ran.push(to), { name: 'mail', durable: true })

const accept: Handler = async (x) => {
  await ours(x).enqueue(mail, x.req.url as string)
  x.send('accepted', 202)
}

/** An engine that stores when the test says so. */
function slowEngine(): {
  readonly engine: InMemoryEngine
  readonly isAsked: () => boolean
  readonly store: () => void
} {
  const engine = inMemoryEngine()
  const gate = deferred()
  const add = engine.add.bind(engine)
  let isAsked = false
  Object.assign(engine, {
    async add(job: Job) {
      isAsked = true
      await gate.promise
      return add(job)
    },
  })
  return { engine, isAsked: () => isAsked, store: gate.resolve }
}

/**
 * What an adapter has to do with an engine: engines themselves are tested on their stores. Ours only: it
 * is our API.
 */
export const enqueuedRows: Row[] = [
  {
    name: 'enqueue: the job is stored before the answer, and does not run here',
    mark: 'E',
    oursOnly: true,
    async run(stage) {
      const { engine, isAsked, store } = slowEngine()
      const app = await stage.start(accept, { engine })
      let hasAnswer = false
      const answered = app.request({ path: '/first' }).finally(() => {
        hasAnswer = true
      })
      await until(isAsked)
      await turns(20)
      expect([hasAnswer, engine.jobs.length]).toEqual([false, 0])
      store()
      expect((await answered).status).toBe(202)
      expect(engine.jobs).toMatchObject([{ name: 'mail', args: ['/first'] }])
      await app.runner?.settled()
      expect(ran).toEqual([])
    },
  },
  {
    name: 'enqueue, and the client has left meanwhile: the job is stored',
    mark: 'E',
    oursOnly: true,
    async run(stage) {
      const { engine, isAsked, store } = slowEngine()
      let outcome: unknown
      const app = await stage.start(
        async (x) => {
          x.tasks.addTask(() => {
            outcome = stage.framework.outcome()
          })
          await accept(x)
        },
        { engine },
      )
      const client = await app.connect('/left')
      await until(isAsked)
      client.reset()
      await until(() => outcome !== undefined)
      expect(outcome).toMatchObject({ sent: false })
      store()
      await until(() => engine.jobs.length === 1)
      expect(engine.jobs).toMatchObject([{ args: ['/left'] }])
    },
  },
  {
    name: "enqueue, and the store is down: the framework's own error handling answers 503",
    mark: 'E',
    oursOnly: true,
    not: notOn([
      'node',
      'node:http has no error handling: the error is the caller of enqueue’s own',
    ]),
    async run(stage) {
      const cause = new Error('connection refused')
      const engine = Object.assign(inMemoryEngine(), { add: () => Promise.reject(cause) })
      const app = await stage.start(accept, { engine })
      expect((await app.request()).status).toBe(503)
      expect(app.errors).toMatchObject([{ code: 'BG_ENQUEUE', status: 503, cause }])
    },
  },
  {
    name: 'enqueue of what cannot be stored, or without an engine: an error that says the mend',
    mark: 'E',
    oursOnly: true,
    async run(stage) {
      const errors: Error[] = []
      const wrong: Handler = async (x) => {
        const { enqueue } = ours(x) as unknown as Record<'enqueue', (...args: unknown[]) => unknown>
        const ask = enqueue.bind(ours(x))
        for (const args of [[() => {}], [mail, new Date(0)], [mail, '/a']]) {
          try {
            await ask(...args)
          } catch (error) {
            errors.push(error as Error)
          }
        }
        x.send('ok')
      }
      const engine = inMemoryEngine()
      const app = await stage.start(wrong, { engine })
      expect((await app.request()).status).toBe(200)
      expect(errors[0]).toBeInstanceOf(NotDurableError)
      expect(errors[0]?.message).toContain('give it a name with background(fn, { name })')
      expect(errors[1]?.message).toBe('args[0] is a Date: pass toISOString()')
      expect([errors.length, engine.jobs.length]).toEqual([2, 1])
      const without = await stage.start(wrong)
      await without.request()
      expect(errors.at(-1)).toMatchObject({ code: 'BG_NO_ENGINE' })
      expect(errors.at(-1)?.message).toContain('option `engine`')
    },
  },
  {
    name: 'a drain that ends: durable tasks that have not started are jobs of the engine, and never run here',
    mark: 'E',
    oursOnly: true,
    async run(stage) {
      const engine = inMemoryEngine()
      const runs: TaskRun[] = []
      const app = await stage.start(
        (x) => {
          runs.push(ours(x).addTask(() => new Promise(() => {})))
          runs.push(ours(x).addTask(mail, x.req.url as string))
          x.send('ok')
        },
        { engine, concurrency: 1, ...quiet },
      )
      await app.request({ path: '/kept' })
      await until(() => runs[0]?.state === 'running')
      const report = await app.runner?.drain({ timeout: 50 })
      expect(report).toMatchObject({ handedOff: 1, abandoned: [{ id: runs[0]?.id }] })
      expect(engine.jobs).toMatchObject([{ id: runs[1]?.id, name: 'mail', args: ['/kept'] }])
      expect([runs[1]?.state, ran]).toEqual(['handedOff', []])
    },
  },
]
