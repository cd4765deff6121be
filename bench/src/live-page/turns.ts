// A process of its own: turns.js <framework> <rounds>. Prints JSON: for each side the CPU time of each of
// its turns, in µs per request. They come in random order; the viewer is another process.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Monitor } from '@backgrounder/monitor'
import { type Client, connectBySocket, shuffled } from '../blocks.js'
import type { Samples } from '../statistics.js'
import { tasksRun } from '../work.js'
import { apps, type App as Framework } from './apps.js'
import { withCopy } from './copies.js'
import { TurnClock } from './turn-clock.js'

const PER_SECOND = 2_000
/** Short: what else the machine does changes from one moment to the next, and so do all that take turns. */
const TURN_MS = 40
const WARM_UP_ROUNDS = 100
/** The page sends one so often at least, in ms of its own clock. */
const BATCH_MS = 1_000

interface App extends Framework {
  readonly client: Client
  readonly clock: TurnClock
}

const [framework = 'Koa', rounds = '100'] = process.argv.slice(2)

async function makeApp(name: string, hasPage: boolean): Promise<App> {
  const clock = new TurnClock()
  const build = apps[framework]
  if (!build) throw new Error(`No such framework: ${framework}`)
  return clock.run(() =>
    withCopy(name, async (copy) => {
      const made = await build(copy, hasPage ? () => page as Monitor : undefined)
      const { monitor } = copy.monitor
      const make = () => monitor(made.runner, { authorize: () => 'read', path: '/tasks' })
      const page = hasPage ? make() : undefined
      await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve))
      return { ...made, clock, client: await connectBySocket(made) }
    }),
  )
}

const sides: Record<string, App> = {}
// The first that uses what they share is not always the same one.
for (const name of shuffled(['without', 'null', 'closed', 'viewer'])) {
  sides[name] = await makeApp(name, name === 'closed' || name === 'viewer')
}

const viewer = fork(path.join(import.meta.dirname, 'viewer.js'))
viewer.once('exit', (code) => process.exit(code ?? 1))

async function ask(message: string): Promise<unknown> {
  viewer.send(message)
  const [answer] = await once(viewer, 'message')
  return answer
}

async function look({ server, clock }: App): Promise<void> {
  const { port } = server.address() as AddressInfo
  await clock.run(() => ask(`http://127.0.0.1:${port}/tasks/events`))
}

/** At a steady pace; in µs per request. */
async function turn({ client, runner }: App): Promise<number> {
  const expected = tasksRun() + (PER_SECOND * TURN_MS) / 1_000
  const begin = performance.now()
  const before = process.cpuUsage()
  let sent = 0
  for (let ms = 0; ms < TURN_MS; ) {
    await sleep(4)
    ms = Math.min(TURN_MS, performance.now() - begin)
    for (; sent < Math.floor((ms * PER_SECOND) / 1_000); sent++) {
      await new Promise<void>((answered) => client.ask(answered))
    }
  }
  await runner.settled()
  const { user, system } = process.cpuUsage(before)
  if (tasksRun() !== expected) throw new Error(`${expected - tasksRun()} tasks lost`)
  return (user + system) / sent
}

await look(sides.viewer as App)
const samples: Samples = {}
for (let round = -WARM_UP_ROUNDS; round < Number(rounds); round++) {
  for (const [name, app] of shuffled(Object.entries(sides))) {
    const cost = await app.clock.run(() => turn(app))
    samples[name] ??= []
    if (round >= 0) samples[name]?.push(cost)
  }
}
const batches = Number(await ask('end'))
const due = ((Number(rounds) + WARM_UP_ROUNDS) * TURN_MS) / BATCH_MS
if (batches < due * 0.8) throw new Error(`The viewer has seen ${batches} of ${due} batches`)
console.log(JSON.stringify(samples))
process.exit(0)
