import type { RunnerOptions, TaskRun } from '@backgrounder/core'
import { expect } from 'vitest'
import { type Row, type Stage, turns, until } from '../row.js'

const throws = (error: unknown) => () => {
  throw error
}

/** A Proxy of which nothing can be asked. */
const hostile = new Proxy(new Error('hostile'), {
  get: throws(new Error('a trap')),
  has: throws(new Error('a trap')),
  getPrototypeOf: throws(new Error('a trap')),
  ownKeys: throws(new Error('a trap')),
  getOwnPropertyDescriptor: throws(new Error('a trap')),
})

const failing: Record<string, () => unknown> = {
  'a throw': throws(new Error('thrown')),
  'a rejection': () => Promise.reject(new Error('rejected')),
  'a rejection in a later turn': async () => {
    await turns(1)
    throw new Error('rejected later')
  },
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested
  'a then that throws': () => ({ then: throws(new Error('then')) }),
  'a then that cannot be read': () => ({
    // biome-ignore lint/suspicious/noThenProperty: it is what is tested
    get then() {
      throw new Error('no then')
    },
  }),
  'a thenable that rejects, then resolves, then throws': () => ({
    // biome-ignore lint/suspicious/noThenProperty: it is what is tested
    then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
      reject(new Error('first'))
      resolve('second')
      throw new Error('third')
    },
  }),
  undefined: throws(undefined),
  null: throws(null),
  'a frozen error': throws(Object.freeze(new Error('frozen'))),
  'an object without a prototype': throws(Object.create(null)),
  'a hostile Proxy': throws(hostile),
}

/** What is done with a failure fails too. */
const badSettings: Record<string, RunnerOptions> = {
  'an onError that throws': { onError: throws(new Error('onError')) },
  'an onError that rejects': { onError: () => Promise.reject(new Error('onError')) },
  'an onError that hangs': { onError: () => new Promise(() => {}) },
  'a logger that throws': { logger: { error: throws(new Error('logger')) } },
}

const silent = { logger: { error() {} } }

/** One task fails so: the client has its answer, the others run, and nobody else hears of it. */
async function contained(
  stage: Stage,
  fails: () => unknown,
  settings: RunnerOptions = silent,
): Promise<void> {
  const escaped: unknown[] = []
  const onEscaped = (error: unknown) => escaped.push(error)
  process.on('unhandledRejection', onEscaped)
  const ran: string[] = []
  const app = await stage.start(
    (x) => {
      x.tasks.addTask(() => ran.push('before'))
      x.tasks.addTask(fails)
      x.tasks.addTask(() => ran.push('after'))
      x.send('ok')
    },
    { ...silent, ...settings },
  )
  const answer = await app.request()
  await until(() => ran.length === 2)
  await turns(20)
  process.off('unhandledRejection', onEscaped)
  expect([answer.status, String(answer.body)]).toEqual([200, 'ok'])
  expect(ran).toEqual(['before', 'after'])
  expect([escaped, app.errors]).toEqual([[], []])
  if (app.runner) expect(app.runner.stats).toMatchObject({ succeeded: 2, failed: 1, pending: 0 })
}

/** A failure never stops another task, and reaches neither client, framework nor process. */
export const failureRows: Row[] = [
  ...Object.entries(failing).map(([name, fails]) => ({
    name: `contained, a task that fails with ${name}: the others run, nobody else hears of it`,
    run: (stage: Stage) => contained(stage, fails),
  })),
  ...Object.entries(badSettings).map(([name, settings]) => ({
    name: `contained, ${name}: the others run, nobody else hears of it`,
    oursOnly: true as const,
    run: (stage: Stage) => contained(stage, throws(new Error('a task')), settings),
  })),
  {
    name: 'a thenable that settles twice is settled once, as it first said',
    async run(stage) {
      const ran: string[] = []
      const app = await stage.start((x) => {
        x.tasks.addTask(() => ({
          // biome-ignore lint/suspicious/noThenProperty: it is what is tested
          then(resolve: () => void, reject: (error: unknown) => void) {
            resolve()
            resolve()
            reject(new Error('too late'))
          },
        }))
        x.tasks.addTask(() => ran.push('after'))
        x.send('ok')
      }, silent)
      await app.request()
      await until(() => ran.length > 0)
      await turns(20)
      expect(ran).toEqual(['after'])
      if (app.runner)
        expect(app.runner.stats).toMatchObject({ succeeded: 2, failed: 0, pending: 0 })
    },
  },
  {
    name: 'a failure reaches neither the client nor the framework, and names its request',
    oursOnly: true,
    async run(stage) {
      const failed: TaskRun[] = []
      const app = await stage.start(
        (x) => {
          x.tasks.addTask(throws(new Error('not the client’s business')))
          x.tasks.addTask(() => {
            throw new Error('nor this')
          })
          x.send('ok')
        },
        { onError: (_error, run) => failed.push(run) },
      )
      const answer = await app.request({ path: '/signup?token=secret' })
      await until(() => failed.length === 2)
      expect(String(answer.body)).toBe('ok')
      expect(app.errors).toEqual([])
      for (const { name, request } of failed) {
        expect(request).toMatchObject({ method: 'GET', url: '/signup?token=secret' })
        expect(name).toBe('(anonymous) GET /signup')
      }
    },
  },
  {
    name: 'a task that never settles keeps its place, and holds neither the client nor another request',
    oursOnly: true,
    async run(stage) {
      let ran = 0
      const app = await stage.start(
        (x) => {
          if (x.req.url === '/hangs') x.tasks.addTask(() => new Promise(() => {}))
          else x.tasks.addTask(() => ran++)
          x.send('ok')
        },
        { ...silent, drainTimeout: 20 },
      )
      await app.request({ path: '/hangs' })
      await app.request({ path: '/other' })
      await until(() => ran === 1)
      expect(app.runner?.stats).toMatchObject({ pending: 1, succeeded: 1 })
      expect(app.runner?.running()).toHaveLength(1)
    },
  },
]
