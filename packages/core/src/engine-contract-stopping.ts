import assert from 'node:assert/strict'
import { currentTask } from './current-task.js'
import { type Case, gate, recorded, until } from './engine-contract-bench.js'
import { HandedOffError, PermanentError } from './errors.js'
import { createRunner } from './runner.js'

/** What becomes of jobs at the end of a process. */
export const stopping: readonly Case[] = [
  [
    'a worker that closes waits for what it runs',
    async (bench) => {
      const { opened, open } = gate()
      let hasEnded = false
      const { task, calls } = recorded({}, async () => {
        await opened
        hasEnded = true
      })
      await bench.enqueue(task)
      const worker = await bench.work([task])
      await until('it runs', () => calls.length > 0)
      const closed = worker.close()
      open()
      const { ok, succeeded } = await closed
      assert.deepEqual([ok, succeeded, hasEnded], [true, 1, true])
    },
  ],
  [
    'a worker that closes takes no more jobs: another one does',
    async (bench) => {
      const { opened, open } = gate()
      const { task, calls } = recorded({}, () => opened)
      await bench.enqueue(task, 1)
      const worker = await bench.work([task], { concurrency: 1 })
      await until('the first runs', () => calls.length > 0)
      const closed = worker.close()
      await bench.enqueue(task, 2)
      open()
      await closed
      assert.deepEqual(calls, [[1]])
      await bench.work([task])
      await until('the second has run', () => calls.length > 1)
      assert.deepEqual(calls, [[1], [2]])
    },
  ],
  [
    'what fails because its worker stops is delivered again, and that attempt does not count',
    async (bench) => {
      const attempts: unknown[] = []
      const { task } = recorded({ retries: 0 }, async () => {
        const { attempt, signal } = currentTask() as NonNullable<ReturnType<typeof currentTask>>
        attempts.push(attempt)
        if (attempts.length > 1) return
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      })
      await bench.enqueue(task)
      const first = await bench.work([task])
      await until('it runs', () => attempts.length > 0)
      const { ok, handedOff } = await first.close({ timeout: 500 })
      assert.deepEqual([ok, handedOff], [true, 1])
      assert.deepEqual(await bench.engine.dead.list(), [])
      const second = await bench.work([task])
      await until('it has run again', () => second.stats.succeeded > 0)
      assert.deepEqual(attempts, [1, 1])
    },
  ],
  [
    'what fails with a PermanentError because its worker stops is dead all the same',
    async (bench) => {
      const { task, calls } = recorded({ retries: 3 }, async () => {
        const { signal } = currentTask() as NonNullable<ReturnType<typeof currentTask>>
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        throw new PermanentError('never')
      })
      await bench.enqueue(task)
      const worker = await bench.work([task])
      await until('it runs', () => calls.length > 0)
      await worker.close({ timeout: 500 })
      const [dead] = await bench.engine.dead.list()
      assert.deepEqual([dead?.error, dead?.attempts], ['never', 1])
    },
  ],
  [
    'what does not end in time is abandoned by its worker, and delivered again',
    async (bench) => {
      const { opened, open } = gate()
      const { task, calls } = recorded({}, async () => {
        if (calls.length === 1) await opened
      })
      await bench.enqueue(task)
      const first = await bench.work([task])
      await until('it runs', () => calls.length > 0)
      const { ok, abandoned } = await first.close({ timeout: 50 })
      assert.deepEqual([ok, abandoned.length], [false, 1])
      const second = await bench.work([task])
      await until('it has run again', () => second.stats.succeeded > 0)
      open()
      assert.equal(calls.length, 2)
    },
  ],
  [
    'durable tasks that have not started when a drain ends are jobs that the next process runs',
    async (bench) => {
      const { engine } = bench
      const { task, calls } = recorded({ name: 'durable', durable: true })
      const runner = createRunner({ engine, concurrency: 1, logger: { error() {} } })
      runner.addTask(() => new Promise(() => {}))
      const runs = Array.from({ length: 50 }, (_, index) => runner.addTask(task, index))
      const report = await runner.drain({ timeout: 100 })
      assert.deepEqual([report.handedOff, report.abandoned.length], [50, 1])
      assert.deepEqual(
        [...new Set(runs.map(({ state, error }) => `${state} ${error instanceof HandedOffError}`))],
        ['handedOff true'],
      )
      assert.equal(calls.length, 0)
      const worker = await bench.work([task])
      await until('all have run', () => worker.stats.succeeded >= 50)
      const numbers = calls.map(([index]) => index as number).sort((a, b) => a - b)
      assert.deepEqual(
        numbers,
        runs.map((_, index) => index),
      )
    },
  ],
  [
    'an engine that is closed before its worker ends, and so does that',
    async (bench) => {
      const { task } = recorded()
      const worker = await bench.work([task])
      await bench.enqueue(task)
      await until('it has run', () => worker.stats.succeeded > 0)
      const closed = worker.close()
      await bench.engine.close()
      await closed
    },
  ],
]
