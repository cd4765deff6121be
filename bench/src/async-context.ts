// A process of its own: node async-context.js <on|off> <rounds>. Prints JSON: the CPU time of a task,
// and of a promise anywhere else in the process, in µs, with and without the option asyncContext.
import { createRunner } from '@backgrounder/core'

const TASKS = 20_000
const PROMISES = 500_000

const [asyncContext = 'off', rounds = '5'] = process.argv.slice(2)
const runner = createRunner({ asyncContext: asyncContext === 'on' })

async function task(): Promise<void> {
  for (let i = 0; i < 10; i++) await null
}

async function tasks(): Promise<void> {
  for (let i = 0; i < TASKS; i++) runner.addTask(task)
  await runner.settled()
}

async function promises(): Promise<void> {
  for (let i = 0; i < PROMISES; i++) await null
}

async function cost(work: () => Promise<void>, count: number): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

const costs: Record<string, number[]> = { task: [], promise: [] }
for (let round = -1; round < Number(rounds); round++) {
  const task = await cost(tasks, TASKS)
  const promise = await cost(promises, PROMISES)
  if (round < 0) continue // to warm up
  costs.task?.push(task)
  costs.promise?.push(promise)
}
console.log(JSON.stringify(costs))
