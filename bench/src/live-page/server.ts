// A process of its own: server.js <framework> <mounted|bare>. Sends its port to whoever has forked it,
// and for each message the CPU time of a block of requests, in µs per request; ends with that.
import type { AddressInfo } from 'node:net'
import { connectInMemory } from '../blocks.js'
import { tasksRun } from '../work.js'
import { apps } from './apps.js'

const PER_SECOND = 2_000
const SECONDS = 1

const [framework = 'Koa', mounted] = process.argv.slice(2)
const app = await apps[framework]?.(mounted === 'mounted')
if (!app) throw new Error(`No such framework: ${framework}`)
const { server, settled } = app
const client = await connectInMemory(app)

/** At a steady pace: what the page costs by the second is shared by so many requests, and no more. */
async function sendBlock(): Promise<void> {
  const begin = performance.now()
  const expected = tasksRun() + PER_SECOND * SECONDS
  for (let sent = 0; sent < PER_SECOND * SECONDS; ) {
    const due = Math.min(SECONDS, (performance.now() - begin) / 1_000) * PER_SECOND
    for (; sent < Math.floor(due); sent++)
      await new Promise<void>((answered) => client.ask(answered))
    await new Promise((resolve) => setTimeout(resolve, 4))
  }
  await settled()
  if (tasksRun() !== expected) throw new Error(`${expected - tasksRun()} tasks lost`)
}

process.on('message', async () => {
  const before = process.cpuUsage()
  await sendBlock()
  const { user, system } = process.cpuUsage(before)
  process.send?.((user + system) / (PER_SECOND * SECONDS))
})
process.once('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
