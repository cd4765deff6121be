import { isDeepStrictEqual } from 'node:util'
import type { EngineStats } from './engine.js'
import { type Bench, type Case, gate, recorded, until } from './engine-contract-bench.js'
import { PermanentError } from './errors.js'

/** Comes to be: what a worker concludes is stored after it. */
async function counted(bench: Bench, stats: Partial<EngineStats>): Promise<void> {
  const all = { waiting: 0, delayed: 0, running: 0, dead: 0, ...stats }
  const isSo = async () => isDeepStrictEqual(await bench.engine.stats(), all)
  await until(`the stats are ${JSON.stringify(all)}`, isSo)
}

/** How many jobs there are. */
export const counting: readonly Case[] = [
  [
    'the stats count what waits, is delayed, runs and is dead, and not what is done',
    async (bench) => {
      await counted(bench, {})
      const { opened, open } = gate()
      const held = recorded({ name: 'held' }, () => opened)
      for (const number of [1, 2, 3]) await bench.enqueue(held.task, number)
      await bench.enqueue(held.task.with({ delay: 3_600_000 }), 4)
      await counted(bench, { waiting: 3, delayed: 1 })
      const worker = await bench.work([held.task], { concurrency: 1 })
      await counted(bench, { waiting: 2, delayed: 1, running: 1 })
      open()
      await until('the three have run', () => worker.stats.succeeded === 3)
      await counted(bench, { delayed: 1 })
    },
  ],
  [
    'the stats count a job that is tried again later as delayed, and a dead letter until its retry',
    async (bench) => {
      const hour = { attempts: 2, delay: 3_600_000, jitter: false }
      const flaky = recorded({ name: 'flaky', retries: hour }, () => {
        throw new Error('busy')
      })
      let isMended = false
      const broken = recorded({ name: 'broken' }, () => {
        if (!isMended) throw new PermanentError('never')
      })
      const worker = await bench.work([flaky.task, broken.task])
      await bench.enqueue(flaky.task)
      const { id } = await bench.enqueue(broken.task)
      await counted(bench, { delayed: 1, dead: 1 })
      isMended = true
      await bench.engine.dead.retry(id)
      await until('it has run again', () => worker.stats.succeeded === 1)
      await counted(bench, { delayed: 1 })
    },
  ],
]
