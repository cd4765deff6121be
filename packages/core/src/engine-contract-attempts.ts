import assert from 'node:assert/strict'
import { currentTask } from './current-task.js'
import { type Case, gate, recorded, until } from './engine-contract-bench.js'
import { PermanentError } from './errors.js'

const twice = { attempts: 2, delay: 10, jitter: false }

/** What becomes of a job that fails. */
export const attempts: readonly Case[] = [
  [
    'what a task does to its arguments is not seen by another attempt, nor in its dead letter',
    async (bench) => {
      const { task, calls } = recorded({ retries: twice }, (order) => {
        const { lines } = order as { lines: number[] }
        lines.push(lines.length)
        throw new Error('no')
      })
      await bench.enqueue(task, { lines: [] })
      await bench.work([task])
      await until('it is dead', async () => (await bench.engine.dead.list()).length > 0)
      assert.deepEqual(calls, [[{ lines: [0] }], [{ lines: [0] }]])
      assert.deepEqual((await bench.engine.dead.list())[0]?.args, [{ lines: [] }])
    },
  ],
  [
    'dead letters are listed the newest first, as many as asked for',
    async (bench) => {
      const { task } = recorded({ retries: 0 }, (number) => {
        throw new Error(`${number}`)
      })
      const worker = await bench.work([task], { concurrency: 1 })
      const { dead } = bench.engine
      for (const number of [1, 2, 3]) {
        await bench.enqueue(task, number)
        await until('it is dead', async () => (await dead.list()).length === number)
      }
      assert.equal(worker.stats.failed, 3)
      assert.deepEqual(
        (await dead.list(2)).map(({ error }) => error),
        ['3', '2'],
      )
      for (const limit of [0, -1, 1.5, NaN]) {
        await assert.rejects(dead.list(limit), TypeError)
      }
    },
  ],
  [
    'a job that fails is tried again, under the same id, until it succeeds',
    async (bench) => {
      const seen: unknown[] = []
      const { task, calls } = recorded(
        { retries: { attempts: 3, delay: 10, jitter: false } },
        () => {
          const { id, attempt } = currentTask() ?? {}
          seen.push([id, attempt])
          if (attempt !== 3) throw new Error('not yet')
        },
      )
      const { id } = await bench.enqueue(task, 'a')
      await bench.work([task])
      await until('the third attempt is made', () => calls.length >= 3)
      assert.deepEqual(seen, [
        [id, 1],
        [id, 2],
        [id, 3],
      ])
      assert.deepEqual(await bench.engine.dead.list(), [])
    },
  ],
  [
    'a job that has failed in all of its attempts is a dead letter, and runs again when it is told to',
    async (bench) => {
      const attemptsMade: unknown[] = []
      let isMended = false
      const { task, calls } = recorded({ name: 'broken', retries: twice }, async () => {
        attemptsMade.push(currentTask()?.attempt)
        if (!isMended) throw new Error('the disk is full')
      })
      const before = Date.now()
      const { id } = await bench.enqueue(task, { order: 7 })
      const worker = await bench.work([task])
      await until('it is dead', async () => (await bench.engine.dead.list()).length > 0)
      const [{ failedAt, ...dead }, ...others] = (await bench.engine.dead.list()) as [
        Awaited<ReturnType<typeof bench.engine.dead.list>>[0],
      ]
      assert.deepEqual(others, [])
      assert.deepEqual(dead, {
        id,
        name: 'broken',
        args: [{ order: 7 }],
        attempts: 2,
        error: 'the disk is full',
      })
      assert.ok(failedAt >= before && failedAt <= Date.now())
      isMended = true
      await bench.engine.dead.retry(id)
      await until('it has run again', () => worker.stats.succeeded > 0)
      assert.deepEqual(attemptsMade, [1, 2, 1])
      assert.equal(calls.length, 3)
      assert.deepEqual(await bench.engine.dead.list(), [])
    },
  ],
  [
    'to retry what is not dead is an error',
    async (bench) => {
      await assert.rejects(bench.engine.dead.retry('no-such-id'), /no-such-id/)
    },
  ],
  [
    'a PermanentError is not tried again',
    async (bench) => {
      const { task, calls } = recorded({ retries: 5 }, () => {
        throw new PermanentError('no such address')
      })
      await bench.enqueue(task)
      await bench.work([task])
      await until('it is dead', async () => (await bench.engine.dead.list()).length > 0)
      assert.equal(calls.length, 1)
    },
  ],
  [
    'retryIf of the definition decides',
    async (bench) => {
      const retryIf = (error: unknown) => (error as Error).message === 'again'
      const { task, calls } = recorded({ retries: { ...twice, attempts: 5, retryIf } }, () => {
        throw new Error(calls.length < 3 ? 'again' : 'enough')
      })
      await bench.enqueue(task)
      await bench.work([task])
      await until('it is dead', async () => (await bench.engine.dead.list()).length > 0)
      assert.equal(calls.length, 3)
    },
  ],
  [
    'an attempt that is out of time has its signal aborted; the next one starts when it has ended',
    async (bench) => {
      const { opened, open } = gate()
      const events: string[] = []
      const { task } = recorded({ timeout: 20, retries: twice }, async () => {
        const { attempt, signal } = currentTask() as NonNullable<ReturnType<typeof currentTask>>
        if (attempt === 2) {
          events.push('second starts')
          return
        }
        signal.addEventListener('abort', () =>
          events.push((signal.reason as { code: string }).code),
        )
        await opened
        events.push('first ends')
      })
      await bench.enqueue(task)
      await bench.work([task])
      await until('the first is out of time', () => events.length > 0)
      open()
      await until('the second has started', () => events.includes('second starts'))
      assert.deepEqual(events, ['BG_TIMEOUT', 'first ends', 'second starts'])
    },
  ],
  [
    'the policies are those of the call: over those of the definition that the worker has',
    async (bench) => {
      const { task, calls } = recorded({ retries: 0 }, () => {
        throw new Error('always')
      })
      await bench.enqueue(task.with({ retries: twice }))
      await bench.work([task])
      await until('it is dead', async () => (await bench.engine.dead.list()).length > 0)
      assert.equal(calls.length, 2)
    },
  ],
]
