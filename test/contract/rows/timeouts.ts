import { currentTask, type TaskRun, type TimedOutEvent } from '@backgrounder/core'
import { expect } from 'vitest'
import { published, warnings } from '../published.js'
import { deferred, ours, type Row, turns, until } from '../row.js'

/** What becomes of a task that takes, or waits, too long. Ours only: it is our API. */
export const timeoutRows: Row[] = [
  {
    name: 'timeout: its signal is aborted, the failure is reported, and the next one of its response starts',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const gate = deferred()
      const log: string[] = []
      let run: TaskRun | undefined
      const app = await stage.start(
        (x) => {
          run = ours(x)
            .with({ timeout: 20 })
            .addTask(() => {
              const task = currentTask()
              task?.signal.addEventListener('abort', () => log.push(`aborted: ${codeOf(task)}`))
              return gate.promise
            })
          x.tasks.addTask(() => log.push('the next one'))
          x.send('ok')
        },
        { onError: (error, { request }) => log.push(`reported: ${request?.url} ${error}`) },
      )
      await app.request({ path: '/slow' })
      await until(() => log.includes('the next one'))
      expect(log).toEqual([
        'aborted: BG_TIMEOUT',
        expect.stringMatching(
          /^reported: \/slow TimeoutError: .* timed out: not ended after 20 ms \(timeout\)$/,
        ),
        'the next one',
      ])
      await expect(run?.done).rejects.toMatchObject({ code: 'BG_TIMEOUT' })
      // It is settled, and has not ended.
      expect(app.runner?.stats).toMatchObject({ timedOut: 1, overdue: 1, running: 1, pending: 1 })
      gate.resolve()
      await app.runner?.settled()
      expect(app.runner?.stats).toMatchObject({ timedOut: 1, overdue: 0, running: 0, pending: 0 })
    },
  },
  {
    name: 'timeout: its slot is held until the function ends, concurrency is never broken, and a warning says so',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const warned = warnings('BG_OVERDUE', 'GET /slow')
      const gate = deferred()
      const ran: string[] = []
      const app = await stage.start(
        (x) => {
          if (x.req.url === '/slow')
            ours(x)
              .with({ timeout: 20 })
              .addTask(() => gate.promise)
          x.tasks.addTask(() => ran.push(x.req.url ?? ''))
          x.send('ok')
        },
        { concurrency: 1, onError: () => {} },
      )
      await app.request({ path: '/slow' })
      await app.request({ path: '/other' })
      await until(() => app.runner?.stats.overdue === 1)
      await turns(20)
      expect(ran).toEqual([])
      expect(app.runner?.stats).toMatchObject({ running: 1, pending: 3 })
      expect(warned).toEqual([
        expect.stringMatching(/^All 1 slots .* by Task \(anonymous\) GET \/slow: /),
      ])
      gate.resolve()
      await app.runner?.settled()
      expect(ran.sort()).toEqual(['/other', '/slow'])
    },
  },
  {
    name: 'timeout with retries: the next attempt starts when the function of the one before has ended',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const gate = deferred()
      const errors: unknown[] = []
      const signals: boolean[] = []
      const app = await stage.start(
        (x) => {
          const retries = { attempts: 2, delay: 0 }
          ours(x)
            .with({ timeout: 20, retries })
            .addTask(() => {
              const task = currentTask()
              signals.push(task?.signal.aborted ?? true)
              return task?.attempt === 1 ? gate.promise : undefined
            })
          x.send('ok')
        },
        { onError: (error) => errors.push(error) },
      )
      await app.request()
      await until(() => app.runner?.stats.overdue === 1)
      await turns(20)
      expect(signals).toEqual([false])
      gate.resolve()
      await app.runner?.settled()
      expect(signals).toEqual([false, false]) // each has one of its own
      expect([app.runner?.stats.succeeded, errors]).toEqual([1, []])
    },
  },
  {
    name: 'queueTimeout: what does not start in time never runs, and the rest of its response does',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const timedOut = published<TimedOutEvent>('backgrounder.task.timedOut', '/second')
      const gate = deferred()
      const ran: string[] = []
      const errors: unknown[] = []
      const app = await stage.start(
        (x) => {
          if (x.req.url === '/first') x.tasks.addTask(() => gate.promise)
          else
            ours(x)
              .with({ queueTimeout: 20 })
              .addTask(() => ran.push('too late'))
          x.tasks.addTask(() => ran.push(x.req.url ?? ''))
          x.send('ok')
        },
        { concurrency: 1, onError: (error) => errors.push(error) },
      )
      await app.request({ path: '/first' })
      await until(() => app.runner?.stats.running === 1)
      await app.request({ path: '/second' })
      await until(() => errors.length > 0)
      gate.resolve()
      await app.runner?.settled()
      expect(ran.sort()).toEqual(['/first', '/second'])
      expect(errors).toMatchObject([{ code: 'BG_TIMEOUT' }])
      expect(timedOut).toMatchObject([{ reason: 'queueTimeout' }])
    },
  },
  {
    name: 'queueTimeout counts from when it could start: neither its handler nor the one before it counts',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const ran: string[] = []
      const app = await stage.start(
        async (x) => {
          x.tasks.addTask(() => pass(40))
          x.tasks.addTask(() => ran.push('the next one'))
          await pass(40)
          x.send('ok')
        },
        { queueTimeout: 30 },
      )
      await app.request()
      await app.runner?.settled()
      expect(ran).toEqual(['the next one'])
    },
  },
]

function codeOf({ signal }: { readonly signal: AbortSignal }): string {
  return signal.reason.code
}

const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
