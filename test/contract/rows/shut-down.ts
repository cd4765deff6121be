import { currentTask, type TaskRun } from '@backgrounder/core'
import { expect } from 'vitest'
import { deferred, ours, type Row, turns, until } from '../row.js'

const quiet = { onError: () => {}, logger: { error: () => {} } }

/** The orderly end: `drain({ server })`, or Fastify's own close. Ours only: it is our API. */
export const shutDownRows: Row[] = [
  {
    name: 'shutting down: new connections are refused; a handler in flight is waited for, answers, and then its tasks run',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const handler = deferred()
      const task = deferred()
      const log: string[] = []
      const app = await stage.start(async (x) => {
        log.push('handler')
        await handler.promise
        x.tasks.addTask(async () => {
          log.push('task')
          await task.promise
          x.tasks.addTask(() => log.push('added by a task'))
        })
        x.send('ok')
      })
      const answered = app.request()
      await until(() => log.length === 1)
      const down = app.shutDown().then(() => log.push('down'))
      await until(() => !app.server.listening)
      await expect(app.request()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      handler.resolve()
      expect((await answered).status).toBe(200)
      await until(() => log.length === 2)
      await turns(20)
      task.resolve()
      await down
      expect(log).toEqual(['handler', 'task', 'added by a task', 'down'])
    },
  },
  {
    name: 'shutting down: clients that keep their connection do not hold it, idle or once they have their answer',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const handler = deferred()
      const log: string[] = []
      const app = await stage.start(
        async (x) => {
          if (x.req.url === '/hangs') {
            log.push('handler')
            await handler.promise
          }
          x.tasks.addTask(() => log.push('task'))
          x.send('ok')
        },
        { drainTimeout: 5_000 },
      )
      const [idle, busy] = [await app.keepAlive(), await app.keepAlive()]
      await idle.request()
      await until(() => log.length === 1)
      const answered = busy.request({ path: '/hangs' })
      await until(() => log.length === 2)
      const down = app.shutDown()
      await until(() => !app.server.listening)
      handler.resolve()
      expect((await answered).status).toBe(200)
      await down
      const connections = await new Promise((resolve) => {
        app.server.getConnections((_error, count) => resolve(count))
      })
      expect([connections, log]).toEqual([0, ['task', 'handler', 'task']])
      expect(app.runner?.stats).toMatchObject({ succeeded: 2, abandoned: 0 })
      idle.close()
      busy.close()
    },
  },
  {
    name: 'shutting down: the signals are aborted before the time is up, and a task that obeys is not lost',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const reasons: unknown[] = []
      let run: TaskRun | undefined
      const app = await stage.start(
        (x) => {
          run = ours(x).addTask(() => {
            const signal = currentTask()?.signal
            return new Promise<void>((resolve) => {
              signal?.addEventListener('abort', () => {
                reasons.push(signal.reason)
                resolve()
              })
            })
          })
          x.send('ok')
        },
        { drainTimeout: 100 },
      )
      await app.request()
      await until(() => run?.state === 'running')
      await app.shutDown()
      expect(run?.state).toBe('succeeded')
      expect(reasons).toMatchObject([{ name: 'AbortError' }])
    },
  },
  {
    name: 'shutting down: a retry that waits for its time starts at once',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const attempts: (number | undefined)[] = []
      let run: TaskRun | undefined
      const app = await stage.start(
        (x) => {
          run = ours(x).addTask(() => {
            attempts.push(currentTask()?.attempt)
            if (attempts.length < 3) throw new Error('once more')
          })
          x.send('ok')
        },
        { retries: { delay: 60_000, jitter: false } },
      )
      await app.request()
      await until(() => run?.state === 'delayed')
      await app.shutDown()
      expect([attempts, run?.state]).toEqual([[1, 2, 3], 'succeeded'])
    },
  },
  {
    name: 'a drain reports { ok, succeeded, failed, timedOut, cancelled, skipped, handedOff, abandoned }',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const handler = deferred()
      const never = deferred()
      const runs: TaskRun[] = []
      const app = await stage.start(async (x) => {
        const tasks = ours(x)
        const add = (func: () => unknown) => runs.push(tasks.addTask(func))
        add(() => {})
        add(() => Promise.reject(new Error('fails')))
        runs.push(tasks.with({ timeout: 5 }).addTask(() => untilAborted()))
        runs.push(tasks.with({ when: () => false }).addTask(() => {}))
        add(() => runs[5]?.cancel())
        add(() => {})
        add(() => never.promise)
        await handler.promise
        x.send('ok')
      }, quiet)
      const answered = app.request()
      await until(() => runs.length === 7)
      const drained = app.runner?.drain()
      handler.resolve()
      await answered
      await until(() => app.runner?.stats.pending === 1)
      // What is pending at the end of one drain is abandoned by the others too.
      await app.runner?.drain({ timeout: 0 })
      expect(await drained).toEqual({
        ...{ ok: false, succeeded: 2, failed: 1, timedOut: 1, cancelled: 1, skipped: 1 },
        handedOff: 0,
        abandoned: [runs[6]],
      })
      never.resolve()
    },
  },
]

function untilAborted(): Promise<void> {
  const signal = currentTask()?.signal
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))
}
