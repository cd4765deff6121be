// A process of its own: node core-cpu.js <rounds>. Prints JSON: for each way to run 100,000 async
// closures the CPU time of each round, in µs per task. All may run at once in each of them: that is
// the same concurrency limit for all, and the default of ours.
import { createRunner } from '@backgrounder/core'
import { queue as asyncQueue } from 'async'
import fastq from 'fastq'
import pLimit from 'p-limit'
import PQueue from 'p-queue'
import { shuffled } from './blocks.js'

const TASKS = 100_000
const WARM_UP_TASKS = 20_000

type Job = () => Promise<void>

const ways: Record<string, (jobs: Job[]) => Promise<unknown>> = {
  // Starts them all, and waits for them all.
  'bare loop': (jobs) => Promise.all(jobs.map((job) => job())),
  ours(jobs) {
    const runner = createRunner()
    for (const job of jobs) runner.addTask(job)
    return runner.settled()
  },
  'p-queue'(jobs) {
    const queue = new PQueue({ concurrency: TASKS })
    for (const job of jobs) void queue.add(job)
    return queue.onIdle()
  },
  'p-limit'(jobs) {
    const limit = pLimit(TASKS)
    return Promise.all(jobs.map((job) => limit(job)))
  },
  'fastq.promise'(jobs) {
    const queue = fastq.promise((job: Job) => job(), TASKS)
    return Promise.all(jobs.map((job) => queue.push(job)))
  },
  'async.queue'(jobs) {
    const queue = asyncQueue(async (job: Job) => job(), TASKS)
    for (const job of jobs) void queue.push(job)
    return queue.drain()
  },
  // For the growth with the number that is pending.
  'ours, 1,000 at a time': async (jobs) => {
    const runner = createRunner()
    for (let start = 0; start < jobs.length; start += 1_000) {
      for (const job of jobs.slice(start, start + 1_000)) runner.addTask(job)
      await runner.settled()
    }
  },
}

async function cost(way: string, tasks: number): Promise<number> {
  let done = 0
  const jobs = Array.from({ length: tasks }, () => async () => {
    await null
    done += 1
  })
  globalThis.gc?.()
  const before = process.cpuUsage()
  await ways[way]?.(jobs)
  const { user, system } = process.cpuUsage(before)
  if (done !== tasks) throw new Error(`${way}: ${tasks - done} tasks have not run`)
  return (user + system) / tasks
}

const names = Object.keys(ways)
const costs: Record<string, number[]> = {}
for (const way of shuffled(names)) await cost(way, WARM_UP_TASKS)
for (let round = 0; round < Number(process.argv[2] ?? 3); round++) {
  for (const way of shuffled(names)) {
    costs[way] ??= []
    costs[way]?.push(await cost(way, TASKS))
  }
}
console.log(JSON.stringify(costs))
