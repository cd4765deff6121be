// A process of its own: node request-cpu.js <framework> <memory|socket> <rounds> [variant…]. Prints
// JSON: for each variant the CPU time of each block, in µs per request.
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { apps } from './apps/index.js'
import { type Client, connectInMemory, makeDrivers, shuffled } from './blocks.js'
import { type App, type BuildApp, type Variant, variants } from './variants.js'

const REQUESTS_PER_BLOCK = 300
const WARM_UP_BLOCKS = 10

const [framework = 'Koa', transport = 'memory', rounds = '100', ...only] = process.argv.slice(2)

async function connectBySocket({ server }: App): Promise<Client> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.setNoDelay(true)
  await once(socket, 'connect')
  let answered = () => {}
  socket.on('data', (chunk) => {
    if (chunk.toString('latin1', chunk.length - 2) === 'ok') answered()
  })
  return {
    ask(callback) {
      answered = callback
      socket.write('GET /orders/42?full=1 HTTP/1.1\r\nHost: localhost\r\n\r\n')
    },
    destroy: () => socket.destroy(),
  }
}

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
