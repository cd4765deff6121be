import { Task, type TaskRun, Tasks } from '@backgrounder/core'
import { expect } from 'vitest'
import { notOn } from '../not.js'
import { deferred, ours, type Row, turns, until } from '../row.js'

/** How much runs and waits at once, and what belongs to a response. Ours only: it is our API. */
export const limitRows: Row[] = [
  {
    name: 'concurrency: no more than that run at once, whatever response they belong to',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const gates = [deferred(), deferred(), deferred(), deferred()]
      const started: number[] = []
      const app = await stage.start(
        (x) => {
          const number = Number(x.req.url?.slice(1))
          x.tasks.addTask(() => {
            started.push(number)
            return gates[number]?.promise
          })
          x.send('ok')
        },
        { concurrency: 2 },
      )
      for (const number of gates.keys()) await app.request({ path: `/${number}` })
      for (let ended = 0; ended < 3; ended++) {
        await until(() => started.length === ended + 2)
        await turns(5)
        expect(started.length).toBe(ended + 2)
        gates[started[ended] ?? 0]?.resolve()
      }
      for (const gate of gates) gate.resolve()
      await app.runner?.settled()
      expect(started.sort()).toEqual([0, 1, 2, 3])
    },
  },
  {
    name: 'a Tasks, nested and as a group, uses one slot and counts once: no deadlock at concurrency 1',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const ran: string[] = []
      const task = (name: string) =>
        new Task(async () => {
          await turns(1)
          ran.push(name)
        })
      const app = await stage.start(
        (x) => {
          const inner = new Tasks([task('b'), new Tasks([task('c')])], { asGroup: true })
          ours(x).addTask(new Tasks([task('a'), inner, task('d')]))
          x.send('ok')
        },
        { concurrency: 1 },
      )
      await app.request()
      await app.runner?.settled()
      expect([ran[0], ran.slice(1, 3).sort(), ran[3]]).toEqual(['a', ['b', 'c'], 'd'])
      expect(app.runner?.stats.succeeded).toBe(1)
    },
  },
  {
    name: "maxPending: the framework's own error handling answers 503, and nothing else is lost",
    mark: 'C',
    oursOnly: true,
    not: notOn([
      'node',
      'node:http has no error handling: the error is the caller of addTask’s own',
    ]),
    async run(stage) {
      const gate = deferred()
      const ran: string[] = []
      const app = await stage.start(
        (x) => {
          for (const part of ['a', 'b']) {
            x.tasks.addTask(async () => {
              await gate.promise
              ran.push(`${x.req.url} ${part}`)
            })
          }
          x.send('ok')
        },
        { maxPending: 3 },
      )
      const ask = async (path: string) => (await app.request({ path })).status
      expect([await ask('/1'), await ask('/2'), await ask('/3')]).toEqual([200, 503, 503])
      expect(app.errors).toMatchObject([{ code: 'BG_QUEUE_FULL' }, { code: 'BG_QUEUE_FULL' }])
      gate.resolve()
      await app.runner?.settled()
      expect(await ask('/4')).toBe(200)
      await app.runner?.settled()
      // What the second had added before it was refused is accepted, and runs.
      expect(ran.sort()).toEqual(['/1 a', '/1 b', '/2 a', '/4 a', '/4 b'])
    },
  },
  {
    name: 'track(promise): it runs beside the tasks of its response, is reported and waited for',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const gate = deferred()
      const reported: unknown[] = []
      const ran: string[] = []
      let run: TaskRun | undefined
      const app = await stage.start(
        (x) => {
          const upload = gate.promise.then(() => Promise.reject(new Error('no disk')))
          run = ours(x).with({ name: 'upload' }).track(upload)
          x.tasks.addTask(() => ran.push('task'))
          x.send('ok')
        },
        { onError: (error, { name, request }) => reported.push([name, request?.url, error]) },
      )
      await app.request({ path: '/tracked' })
      await until(() => ran.length > 0)
      expect(run?.state).toBe('running')
      const drained = app.runner?.drain()
      gate.resolve()
      expect(await drained).toMatchObject({ ok: true, failed: 1 })
      expect(reported).toEqual([['upload', '/tracked', new Error('no disk')]])
    },
  },
  {
    name: 'waitUntil is given the work of a response while its handler runs: it ends with the last task, and never rejects',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const log: string[] = []
      const gate = deferred()
      const works: Promise<void>[] = []
      const app = await stage.start(
        async (x) => {
          x.tasks.addTask(() => {
            throw new Error('fails')
          })
          log.push(`given: ${works.length}`)
          await turns(1)
          x.tasks.addTask(async () => {
            await gate.promise
            x.tasks.addTask(() => log.push('added by a task'))
          })
          x.send('ok')
        },
        {
          onError: () => {},
          waitUntil: (work) => works.push(work.then(() => void log.push('work done'))),
        },
      )
      await app.request()
      await until(() => app.runner?.stats.running === 1)
      await turns(5)
      expect(log).toEqual(['given: 1'])
      gate.resolve()
      await Promise.all(works)
      expect(log).toEqual(['given: 1', 'added by a task', 'work done'])
      expect(works.length).toBe(1)
    },
  },
]
