// A process of its own: node request-cpu.js <framework> <memory|socket> <rounds> [variant…]. Prints
// JSON: for each variant the CPU time of each block, in µs per request.
import { apps } from './apps/index.js'
import { connectBySocket, connectInMemory, makeDrivers, shuffled } from './blocks.js'
import { type BuildApp, type Variant, variants } from './variants.js'

const REQUESTS_PER_BLOCK = 300
const WARM_UP_BLOCKS = 10

const [framework = 'Koa', transport = 'memory', rounds = '100', ...only] = process.argv.slice(2)

const drivers = await makeDrivers(
  apps[framework] as BuildApp,
  transport === 'socket' ? connectBySocket : connectInMemory,
  only.length > 0 ? (only as Variant[]) : variants,
)
for (let i = 0; i < WARM_UP_BLOCKS; i++)
  for (const driver of shuffled(drivers)) await driver.run(REQUESTS_PER_BLOCK)

const costs: Record<string, number[]> = {}
for (let round = 0; round < Number(rounds); round++) {
  for (const driver of shuffled(drivers)) {
    const before = process.cpuUsage()
    await driver.run(REQUESTS_PER_BLOCK)
    const { user, system } = process.cpuUsage(before)
    costs[driver.variant] ??= []
    costs[driver.variant]?.push((user + system) / REQUESTS_PER_BLOCK)
  }
}
for (const driver of drivers) driver.close()
console.log(JSON.stringify(costs))
process.exit(0)
