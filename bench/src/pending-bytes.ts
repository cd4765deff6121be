// A process of its own: node --expose-gc pending-bytes.js. Prints JSON: what a task takes in memory
// while it is pending, in bytes, beside its function and arguments.
import { createRunner } from '@backgrounder/core'

const TASKS = 100_000

const collectGarbage = globalThis.gc as () => void
const bytes: number[] = []
for (let round = 0; round < 5; round++) {
  const runner = createRunner()
  const task = () => {}
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < TASKS; i++) runner.addTask(task)
  collectGarbage()
  bytes.push((process.memoryUsage().heapUsed - before) / TASKS)
  await runner.settled()
}
console.log(JSON.stringify({ pending: bytes }))
