// A process of its own: node --expose-gc --min-semi-space-size=128 --max-semi-space-size=128
// request-bytes.js <framework> <rounds> [variant…]. Prints JSON: for each variant the bytes that a
// request allocates, block by block. The young generation is larger than a block, so that nothing
// is collected while it is counted.
import { apps } from './apps/index.js'
import { connectInMemory, makeDrivers, shuffled } from './blocks.js'
import { type BuildApp, type Variant, variants } from './variants.js'

const REQUESTS_PER_BLOCK = 1_000
const WARM_UP_BLOCKS = 8

const [framework = 'Koa', rounds = '15', ...only] = process.argv.slice(2)
const collectGarbage = globalThis.gc as () => void

const drivers = await makeDrivers(
  apps[framework] as BuildApp,
  connectInMemory,
  only.length > 0 ? (only as Variant[]) : variants,
)
for (let i = 0; i < WARM_UP_BLOCKS; i++)
  for (const driver of shuffled(drivers)) await driver.run(REQUESTS_PER_BLOCK)

const bytes: Record<string, number[]> = {}
for (let round = 0; round < Number(rounds); round++) {
  for (const driver of shuffled(drivers)) {
    collectGarbage()
    const before = process.memoryUsage().heapUsed
    await driver.run(REQUESTS_PER_BLOCK)
    const after = process.memoryUsage().heapUsed
    bytes[driver.variant] ??= []
    bytes[driver.variant]?.push((after - before) / REQUESTS_PER_BLOCK)
  }
}
for (const driver of drivers) driver.close()
console.log(JSON.stringify(bytes))
process.exit(0)
