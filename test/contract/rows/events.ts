import type {
  AbandonedEvent,
  AcceptedEvent,
  CancelledEvent,
  DrainEvent,
  RetriedEvent,
  RunEvent,
  SkippedEvent,
  TaskRun,
  TimedOutEvent,
} from '@backgrounder/core'
import { expect } from 'vitest'
import { published, warnings } from '../published.js'
import { deferred, ours, type Row, turns, until } from '../row.js'

const quiet = { onError: () => {}, logger: { error: () => {} } }
const path = '/event'
const ofRequest = expect.objectContaining({ request: expect.objectContaining({ url: path }) })

/** What somebody who watches is told, always with the request. Ours only: it is our API. */
export const eventRows: Row[] = [
  {
    name: 'event accepted: at the addTask',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const accepted = published<AcceptedEvent>('backgrounder.task.accepted', path)
      const counts: number[] = []
      const app = await stage.start((x) => {
        x.tasks.addTask(() => {})
        counts.push(accepted.length)
        ours(x).track(Promise.resolve())
        counts.push(accepted.length)
        x.send('ok')
      })
      await app.request({ path })
      await app.runner?.settled()
      expect(counts).toEqual([1, 2])
      expect(accepted).toEqual([{ task: ofRequest }, { task: ofRequest }])
    },
  },
  {
    name: 'events of a run: start and end of each attempt, with its error',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const [start, end, error, asyncEnd] = (['start', 'end', 'error', 'asyncEnd'] as const).map(
        (name) => published<RunEvent>(`tracing:backgrounder.task.run:${name}`, path),
      )
      const attempts: number[] = []
      const app = await stage.start(
        (x) => {
          x.tasks.addTask(async () => {
            attempts.push(start?.length ?? 0)
            await turns(1)
            throw new Error('no route')
          })
          x.send('ok')
        },
        { ...quiet, retries: { attempts: 2, delay: 0 } },
      )
      await app.request({ path })
      await app.runner?.settled()
      expect(attempts).toEqual([1, 2])
      const expected = [1, 2].map((attempt) =>
        expect.objectContaining({ task: ofRequest, attempt, error: new Error('no route') }),
      )
      expect([start, end, error, asyncEnd]).toEqual([expected, expected, expected, expected])
    },
  },
  {
    name: 'event skipped: with the reason',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const skipped = published<SkippedEvent>('backgrounder.task.skipped', path)
      const app = await stage.start(
        (x) => {
          ours(x)
            .with({ when: 'success' })
            .addTask(() => {})
          x.tasks.addTask(() => {
            throw new Error('stop')
          })
          x.tasks.addTask(function mail() {})
          x.send('ok', 404)
        },
        { ...quiet, onFailure: 'stop' },
      )
      await app.request({ path })
      await app.runner?.settled()
      expect(skipped).toEqual([
        { name: '(anonymous) GET /event', reason: 'when', task: ofRequest },
        { name: 'mail', reason: 'failure', task: ofRequest },
      ])
    },
  },
  {
    name: 'events retried and timed out: with the attempt, its error and its reason',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const retried = published<RetriedEvent>('backgrounder.task.retried', path)
      const timedOut = published<TimedOutEvent>('backgrounder.task.timedOut', path)
      const gate = deferred()
      const app = await stage.start(
        (x) => {
          x.tasks.addTask(() => gate.promise)
          x.send('ok')
        },
        { ...quiet, timeout: 20, retries: { attempts: 2, delay: 0 } },
      )
      await app.request({ path })
      await until(() => timedOut.length === 1)
      gate.resolve()
      await app.runner?.settled()
      const error = expect.objectContaining({ code: 'BG_TIMEOUT' })
      expect(timedOut).toEqual([{ task: ofRequest, attempt: 1, reason: 'timeout', error }])
      expect(retried).toEqual([{ task: ofRequest, attempt: 1, error, delay: 0 }])
    },
  },
  {
    name: 'event cancelled: with the reason, and not before the function has ended',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const cancelled = published<CancelledEvent>('backgrounder.task.cancelled', path)
      const gate = deferred()
      const runs: TaskRun[] = []
      const app = await stage.start((x) => {
        runs.push(x.tasks.addTask(() => gate.promise) as TaskRun)
        runs.push(x.tasks.addTask(() => {}) as TaskRun)
        x.send('ok')
      })
      await app.request({ path })
      await until(() => runs[0]?.state === 'running')
      for (const run of runs) run.cancel('closed')
      const event = { task: ofRequest, reason: 'closed' }
      expect(cancelled).toEqual([event])
      gate.resolve()
      await app.runner?.settled()
      expect(cancelled).toEqual([event, event])
    },
  },
  {
    name: 'events of a drain: its start, its end with the report, and what it abandons, with its state',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const drains = published<DrainEvent>('backgrounder.drain')
      const abandoned = published<AbandonedEvent>('backgrounder.task.abandoned', path)
      const gate = deferred()
      const app = await stage.start((x) => {
        x.tasks.addTask(() => gate.promise)
        x.tasks.addTask(() => {})
        x.send('ok')
      }, quiet)
      await app.request({ path })
      await until(() => app.runner?.stats.running === 1)
      const report = await app.runner?.drain({ timeout: 10 })
      expect(report?.abandoned).toEqual([ofRequest, ofRequest])
      expect(drains).toEqual([
        { runner: app.runner, phase: 'start', timeout: 10, report: undefined, ms: undefined },
        { runner: app.runner, phase: 'end', timeout: 10, report, ms: expect.any(Number) },
      ])
      expect(abandoned).toEqual([
        { task: ofRequest, state: 'running' },
        { task: ofRequest, state: 'waiting' },
      ])
      gate.resolve()
    },
  },
  {
    name: 'slowWarning names a task that hangs and its request, once',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const warned = warnings('BG_SLOW', 'GET /photos')
      const gate = deferred()
      const app = await stage.start(
        (x) => {
          x.tasks.addTask(function resize() {
            return gate.promise
          })
          x.send('ok')
        },
        { slowWarning: 10 },
      )
      await app.request({ path: '/photos?key=secret' })
      await until(() => warned.length > 0)
      await turns(20)
      expect(warned).toEqual([
        expect.stringMatching(
          /^Task resize of GET \/photos has been running for \d+ ms, and holds what its response has after it$/,
        ),
      ])
      gate.resolve()
    },
  },
  {
    name: 'blockedWarning names a task that blocks the event loop, and its request: once for each name',
    mark: 'C',
    oursOnly: true,
    async run(stage) {
      const warned = warnings('BG_BLOCKED', 'GET /')
      const app = await stage.start(
        (x) => {
          x.tasks.addTask(function hash() {
            for (const end = performance.now() + 6; performance.now() < end; );
          })
          x.send('ok')
        },
        { blockedWarning: 5 },
      )
      for (const path of ['/1', '/2']) await app.request({ path })
      await app.runner?.settled()
      expect(warned).toEqual([
        expect.stringMatching(/^Task hash of GET \/1 blocked the event loop for \d+ ms/),
      ])
    },
  },
]
