// A process of its own: task-cpu.js <digest|nothing> <tasks> <rounds>. Prints JSON: for each way to run
// that function in threads the CPU time of each round, in µs per task. It is that of the process, its
// threads included. All tasks are added at once, and each way has as many threads.
import { createRunner } from '@backgrounder/core'
import { threaded, threadPool } from '@backgrounder/threads'
import { Piscina } from 'piscina'
import { shuffled } from '../blocks.js'
import { type Order, order } from './work.js'

const WARM_UP_ROUNDS = 2

const [name = 'digest', count = '200', rounds = '10'] = process.argv.slice(2)
const file = new URL('./work.js', import.meta.url)

const runner = createRunner()
const task = threaded<typeof import('./work.js')>(file).export(name as 'digest' | 'nothing')

async function ours(orders: Order[]): Promise<unknown> {
  const { succeeded } = runner.stats
  for (const order of orders) runner.addTask(task, order)
  await runner.settled()
  const ran = runner.stats.succeeded - succeeded
  if (ran !== orders.length) throw new Error(`${ran} of ${orders.length} tasks have run`)
  return undefined
}

interface Pool {
  run(order: Order, options: { filename: string; name: string }): Promise<unknown>
}

/** As one uses it without us. */
function direct(pool: Pool): (orders: Order[]) => Promise<unknown> {
  const options = { filename: file.href, name }
  return (orders) => Promise.all(orders.map((order) => pool.run(order, options)))
}

// A pool of ours is a Piscina: what differs from that one is not its options.
const same = threadPool()
const ways: Record<string, (orders: Order[]) => Promise<unknown>> = {
  ours,
  piscina: direct(same),
  null: direct(threadPool()),
  'piscina by default': direct(new Piscina({ maxThreads: same.maxThreads })),
}

async function cost(way: string): Promise<number> {
  const orders = Array.from({ length: Number(count) }, (_, id) => order(id))
  globalThis.gc?.()
  const before = process.cpuUsage()
  await ways[way]?.(orders)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / orders.length
}

const costs: Record<string, number[]> = {}
for (let round = -WARM_UP_ROUNDS; round < Number(rounds); round++) {
  for (const way of shuffled(Object.keys(ways))) {
    const measured = await cost(way)
    costs[way] ??= []
    if (round >= 0) costs[way]?.push(measured)
  }
}
console.log(JSON.stringify(costs))
process.exit(0)
