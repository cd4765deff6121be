// A process of its own: server.js <framework> <side> <seconds>. Prints JSON: the CPU time of a server that
// is asked 2,000 times a second, in µs per request. It has no page (`without`, `null`), one that nobody
// looks at (`closed`) or one that another process looks at (`viewer`). Its clients are in it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Monitor, monitor } from '@backgrounder/monitor'
import { type Client, connectBySocket } from '../blocks.js'
import { tasksRun } from '../work.js'
import { type App, apps } from './apps.js'

const PER_SECOND = 2_000
const CLIENTS = 8
const WARM_UP_SECONDS = 5
/** The page sends one so often at least, in s. */
const BATCH_SECONDS = 1

const [framework = 'Koa', side = 'viewer', seconds = '10'] = process.argv.slice(2)

async function start(): Promise<App> {
  const build = apps[framework]
  if (!build) throw new Error(`No such framework: ${framework}`)
  const hasPage = side === 'closed' || side === 'viewer'
  const app = await build(hasPage ? () => page as Monitor : undefined)
  const make = () => monitor(app.runner, { authorize: () => 'read', path: '/tasks' })
  const page = hasPage ? make() : undefined
  app.server.listen(0, '127.0.0.1')
  await once(app.server, 'listening')
  return app
}

/**
 * Another process, which looks at the page of a `viewer`, and is a guest of each: whatever the first other
 * client is, Node's code then costs all requests of the load up to 3 % more. Gives back what asks it how
 * many batches it has been sent.
 */
async function invite({ server }: App): Promise<() => Promise<number>> {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const visitor = fork(path.join(import.meta.dirname, 'visitor.js'), [origin, side])
  visitor.once('exit', (code) => process.exit(code ?? 1))
  await once(visitor, 'message')
  return async () => {
    visitor.send('how many?')
    const [batches] = await once(visitor, 'message')
    return Number(batches)
  }
}

/** Asks for so many seconds, at a steady pace. */
async function run(clients: readonly Client[], duration: number): Promise<void> {
  const ms = duration * 1_000
  const began = performance.now()
  for (let elapsed = 0, sent = 0; elapsed < ms; ) {
    await sleep(1)
    elapsed = Math.min(ms, performance.now() - began)
    for (; sent < Math.floor((elapsed * PER_SECOND) / 1_000); sent++) {
      const client = clients[sent % CLIENTS] as Client
      await new Promise<void>((answered) => client.ask(answered))
    }
  }
}

const app = await start()
const countBatches = await invite(app)
await app.runner.settled()
const visits = tasksRun()
const clients: Client[] = []
while (clients.length < CLIENTS) clients.push(await connectBySocket(app))

await run(clients, WARM_UP_SECONDS)
const before = process.cpuUsage()
await run(clients, Number(seconds))
const { user, system } = process.cpuUsage(before)

await app.runner.settled()
const lost = (WARM_UP_SECONDS + Number(seconds)) * PER_SECOND - (tasksRun() - visits)
if (lost !== 0) throw new Error(`${lost} tasks lost`)
const due = side === 'viewer' ? (Number(seconds) / BATCH_SECONDS) * 0.8 : 0
const batches = await countBatches()
if (batches < due) throw new Error(`The viewer has seen ${batches} batches, and not ${due}`)
console.log(JSON.stringify({ micros: [(user + system) / (Number(seconds) * PER_SECOND)] }))
process.exit(0)
