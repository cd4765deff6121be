// A process of its own: task-cpu.js <hashes> <tasks> <rounds>. Prints JSON: for each way to run so many
// tasks of so many hashes in threads the CPU time of each round, in µs per task. It is that of the
// process, its threads included. All tasks are added at once, and each way has as many threads.
import { createRunner } from '@backgrounder/core'
import { threaded, threadPool } from '@backgrounder/threads'
import { Piscina } from 'piscina'
import { shuffled } from '../blocks.js'
import { type Order, order } from './work.js'

const WARM_UP_ROUNDS = 3

const [hashes = 0, tasks = 200, rounds = 20] = process.argv.slice(2).map(Number)
const file = new URL('./work.js', import.meta.url)

const runner = createRunner()
const digest = threaded<typeof import('./work.js')>(file).export('digest')

async function ours(orders: Order[]): Promise<void> {
  const { succeeded } = runner.stats
  for (const order of orders) runner.addTask(digest, order, hashes)
  await runner.settled()
  const ran = runner.stats.succeeded - succeeded
  if (ran !== orders.length) throw new Error(`${ran} of ${orders.length} tasks have run`)
}

interface Pool {
  run(args: unknown[], options: { filename: string; name: string }): Promise<unknown>
}

/** As one uses it without us; it passes one argument. */
function direct(pool: Pool): (orders: Order[]) => Promise<unknown> {
  const options = { filename: file.href, name: 'digestOf' }
  return (orders) => Promise.all(orders.map((order) => pool.run([order, hashes], options)))
}

// A pool of ours is a Piscina: it differs from the runner's own in nothing.
const same = threadPool()
const ways: Record<string, (orders: Order[]) => Promise<unknown>> = {
  ours,
  piscina: direct(same),
  null: direct(threadPool()),
  'piscina by default': direct(new Piscina({ maxThreads: same.maxThreads })),
}

async function cost(way: string): Promise<number> {
  const orders = Array.from({ length: tasks }, (_, id) => order(id))
  globalThis.gc?.()
  const before = process.cpuUsage()
  await ways[way]?.(orders)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / orders.length
}

const costs: Record<string, number[]> = {}
for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
  for (const way of shuffled(Object.keys(ways))) {
    const measured = await cost(way)
    costs[way] ??= []
    if (round >= 0) costs[way]?.push(measured)
  }
}
console.log(JSON.stringify(costs))
process.exit(0)
