import { currentTask, type RetriedEvent, type TaskRun } from '@backgrounder/core'
import { expect } from 'vitest'
import { published } from '../published.js'
import { deferred, ours, type Row, until } from '../row.js'

/** Tasks that are tried again, or told to stop. Ours only: it is our API. */
export const retriedRows: Row[] = [
  {
    name: 'retries: the next one of its response waits; the earlier errors are events, the last one is reported',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const retried = published<RetriedEvent>('backgrounder.task.retried', '/retried')
      const log: string[] = []
      const app = await stage.start(
        (x) => {
          ours(x)
            .with({ retries: { attempts: 3, delay: 2, jitter: false } })
            .addTask(async () => {
              const error = `attempt ${currentTask()?.attempt}`
              log.push(error)
              throw new Error(error)
            })
          x.tasks.addTask(() => log.push('the next one'))
          x.send('ok')
        },
        { onError: (error) => log.push(`reported: ${(error as Error).message}`) },
      )
      await app.request({ path: '/retried' })
      await app.runner?.settled()
      const attempts = ['attempt 1', 'attempt 2', 'attempt 3']
      expect(log).toEqual([...attempts, 'reported: attempt 3', 'the next one'])
      expect(retried).toMatchObject([
        { attempt: 1, error: { message: 'attempt 1' }, delay: 2 },
        { attempt: 2, error: { message: 'attempt 2' }, delay: 4 },
      ])
    },
  },
  {
    name: 'retries: another response does not wait for a task that waits for its next attempt',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const ran: string[] = []
      let run: TaskRun | undefined
      const app = await stage.start(
        (x) => {
          if (x.req.url === '/fails') run = x.tasks.addTask(() => fail()) as TaskRun
          x.tasks.addTask(() => ran.push(x.req.url ?? ''))
          x.send('ok')
        },
        { concurrency: 1, retries: { delay: 60_000, jitter: false }, onError: () => {} },
      )
      await app.request({ path: '/fails' })
      await until(() => run?.state === 'delayed')
      await app.request({ path: '/other' })
      await until(() => ran.length > 0)
      expect([ran, run?.state]).toEqual([['/other'], 'delayed'])
      run?.cancel()
      await app.runner?.settled()
      expect(ran).toEqual(['/other', '/fails'])
    },
  },
  {
    name: 'cancel() before the start: it never runs, and the others of its response do',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const ran: string[] = []
      const runs: TaskRun[] = []
      const app = await stage.start((x) => {
        const add = (name: string) => ours(x).addTask(() => ran.push(name))
        add('before')
        runs.push(add('cancelled'))
        add('after')
        x.tasks.addTask(() => runs[1]?.cancel())
        runs.push(add('cancelled by a task'))
        runs[0]?.cancel('no longer wanted')
        x.send('ok')
      })
      await app.request()
      await app.runner?.settled()
      expect(ran).toEqual(['before', 'after'])
      expect(runs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
      await expect(runs[0]?.done).rejects.toMatchObject({
        code: 'BG_CANCELLED',
        cause: 'no longer wanted',
      })
    },
  },
  {
    name: 'cancel() after the start: its signal is aborted, and it is cancelled once the function has ended',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const gate = deferred()
      const log: unknown[] = []
      let run: TaskRun | undefined
      const app = await stage.start(
        (x) => {
          run = ours(x).addTask(async () => {
            const signal = currentTask()?.signal
            signal?.addEventListener('abort', () => log.push(signal.reason))
            await gate.promise
            log.push('ended')
            throw new Error('what it ends with is of no interest')
          })
          x.tasks.addTask(() => log.push('the next one'))
          x.send('ok')
        },
        { onError: (error) => log.push(error) },
      )
      await app.request()
      await until(() => run?.state === 'running')
      expect([run?.cancel('enough'), run?.cancel()]).toEqual([true, false])
      expect([log, run?.state]).toEqual([['enough'], 'running'])
      gate.resolve()
      await app.runner?.settled()
      expect(log).toEqual(['enough', 'ended', 'the next one'])
      expect([run?.state, app.runner?.stats.cancelled]).toEqual(['cancelled', 1])
    },
  },
  {
    name: 'the option `signal` cancels it: before its start it never runs, after it its own signal is aborted',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const shop = new AbortController()
      const log: unknown[] = []
      const runs: TaskRun[] = []
      const app = await stage.start((x) => {
        const tasks = ours(x).with({ signal: shop.signal })
        runs.push(tasks.addTask(() => obeys(log)))
        runs.push(tasks.addTask(() => log.push('never')))
        x.tasks.addTask(() => log.push('the others'))
        x.send('ok')
      })
      await app.request()
      await until(() => runs[0]?.state === 'running')
      shop.abort('closed')
      await app.runner?.settled()
      expect(log).toEqual(['closed', 'the others'])
      expect(runs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
    },
  },
]

async function fail(): Promise<void> {
  throw new Error('fails')
}

/** Runs until the task is told to stop. */
function obeys(log: unknown[]): Promise<void> {
  const signal = currentTask()?.signal
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => {
      log.push(signal.reason)
      resolve()
    })
  })
}
