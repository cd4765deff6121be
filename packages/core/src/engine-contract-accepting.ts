import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { currentTask } from './current-task.js'
import { type Case, gate, recorded, until } from './engine-contract-bench.js'
import type { EnqueueEvent } from './events.js'
import { detailsOf } from './task-details.js'

const sample = {
  text: 'ä "quoted" \\ \n 🐢',
  numbers: [0, -1, 1.5, 1e21, 2 ** 53],
  nested: { empty: {}, list: [], no: false, nothing: null },
}

/** What becomes of a job from its call to its start. */
export const accepting: readonly Case[] = [
  [
    'a job that is accepted before there is a worker is run by it, with its arguments',
    async (bench) => {
      const { task, calls } = recorded()
      await bench.enqueue(task, sample, [sample], null)
      await bench.work([task])
      await until('the job has run', () => calls.length > 0)
      assert.deepEqual(calls, [[sample, [sample], null]])
    },
  ],
  [
    'a job that is accepted while a worker waits is run by it',
    async (bench) => {
      const { task, calls } = recorded()
      await bench.work([task])
      await bench.enqueue(task, 'a')
      await until('the job has run', () => calls.length > 0)
      assert.deepEqual(calls, [['a']])
    },
  ],
  [
    'the arguments are those at the call: a later change is not seen',
    async (bench) => {
      const { task, calls } = recorded()
      const order = { id: 1 }
      const accepted = bench.enqueue(task, order)
      order.id = 2
      await accepted
      await bench.work([task])
      await until('the job has run', () => calls.length > 0)
      assert.deepEqual(calls, [[{ id: 1 }]])
    },
  ],
  [
    'the id of a job is the id of its task',
    async (bench) => {
      const ids: unknown[] = []
      const { task } = recorded({}, () => ids.push(currentTask()?.id))
      const { id } = await bench.enqueue(task)
      await bench.work([task])
      await until('the job has run', () => ids.length > 0)
      assert.deepEqual(ids, [id])
    },
  ],
  [
    'headers arrive as they were given, in each attempt, and none when none were',
    async (bench) => {
      const given = { traceparent: '00-0a-0b-01', 'x-ä "quoted"': '🐢 \n', empty: '' }
      const seen: unknown[] = []
      const { task } = recorded({ retries: { attempts: 2, delay: 0 } }, (isGiven) => {
        const task = currentTask()
        seen.push([isGiven, task && detailsOf(task)?.headers])
        if (isGiven && seen.length === 1) throw new Error('once more')
      })
      const give = (event: unknown) => void Object.assign((event as EnqueueEvent).headers, given)
      subscribe('backgrounder.job.enqueue', give)
      try {
        await bench.enqueue(task, true)
      } finally {
        unsubscribe('backgrounder.job.enqueue', give)
      }
      await bench.work([task])
      await until('it has run twice', () => seen.length >= 2)
      await bench.enqueue(task, false)
      await until('the other has run', () => seen.length >= 3)
      assert.deepEqual(seen, [
        [true, given],
        [true, given],
        [false, undefined],
      ])
    },
  ],
  [
    'two jobs of one name with one key are one; another name or another key is another job',
    async (bench) => {
      const { task, calls } = recorded({ name: 'first' })
      const other = recorded({ name: 'second' })
      const ids = [
        await bench.enqueue(task.with({ key: 'a:1' }), 1),
        await bench.enqueue(task.with({ key: 'a:1' }), 2),
        await bench.enqueue(task.with({ key: '7' }), 3),
        await bench.enqueue(other.task.with({ key: 'a:1' }), 4),
      ].map(({ id }) => id)
      assert.equal(ids[0], ids[1])
      assert.equal(new Set(ids).size, 3)
      await bench.work([task, other.task])
      await until('all have run', () => calls.length + other.calls.length >= 3)
      // Once more, when the first is done.
      await bench.enqueue(task.with({ key: 'a:1' }), 5)
      await bench.enqueue(other.task, 6)
      await until('the last has run', () => other.calls.length >= 2)
      assert.deepEqual(calls.flat().sort(), [1, 3])
      assert.deepEqual(other.calls.flat().sort(), [4, 6])
    },
  ],
  [
    'a delayed job does not run before its time',
    async (bench) => {
      const starts: [unknown, number][] = []
      const { task } = recorded({}, (name) => starts.push([name, Date.now()]))
      const before = Date.now()
      await bench.enqueue(task.with({ delay: 400 }), 'late')
      await bench.enqueue(task, 'soon')
      await bench.work([task])
      await until('both have run', () => starts.length >= 2)
      assert.deepEqual(
        starts.map(([name]) => name),
        ['soon', 'late'],
      )
      assert.ok((starts[1]?.[1] ?? 0) - before >= 400)
    },
  ],
  [
    'no more jobs run at once than the concurrency of the worker',
    async (bench) => {
      let running = 0
      let most = 0
      const { opened, open } = gate()
      const { task, calls } = recorded({}, async () => {
        running += 1
        most = Math.max(most, running)
        await opened
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
      })
      await Promise.all(Array.from({ length: 8 }, (_, index) => bench.enqueue(task, index)))
      await bench.work([task], { concurrency: 3 })
      await until('three run', () => running === 3)
      open()
      await until('all have run', () => calls.length === 8 && running === 0)
      assert.equal(most, 3)
    },
  ],
  [
    'of two workers one runs a job',
    async (bench) => {
      const { task, calls } = recorded()
      await bench.work([task])
      await bench.work([task])
      const numbers = Array.from({ length: 30 }, (_, index) => index)
      await Promise.all(numbers.map((index) => bench.enqueue(task, index)))
      await until('all have run', () => calls.length >= 30)
      assert.deepEqual(
        calls.map(([index]) => index as number).sort((a, b) => a - b),
        numbers,
      )
    },
  ],
  [
    'a name that a worker does not know waits for one that knows it',
    async (bench) => {
      const known = recorded({ name: 'known' })
      const unknown = recorded({ name: 'of-the-next-deploy' })
      await bench.enqueue(unknown.task, 'kept')
      await bench.enqueue(known.task)
      const old = await bench.work([known.task], { concurrency: 1 })
      await until('the old worker has run what it knows', () => known.calls.length > 0)
      assert.deepEqual(await bench.engine.dead.list(), [])
      await old.close()
      await bench.work([known.task, unknown.task])
      await until('the new worker has run it', () => unknown.calls.length > 0)
      assert.deepEqual(unknown.calls, [['kept']])
    },
  ],
]
