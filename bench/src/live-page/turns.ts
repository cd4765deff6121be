// A process of its own: turns.js <framework> <rounds>. Prints JSON: for each side the CPU time of each of
// its blocks, in µs per request. They take turns in random order; the viewer is another process.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { monitor } from '@backgrounder/monitor'
import { type Client, connectBySocket, shuffled } from '../blocks.js'
import type { Samples } from '../statistics.js'
import { tasksRun } from '../work.js'
import { apps, type App as Framework, type GetPage } from './apps.js'
import { PageInTurns } from './page-in-turns.js'

const PER_SECOND = 2_000
/** The page sends one so often, in ms. */
const BATCH_MS = 500
/** So that there is one in each block; short, since what else the machine does changes meanwhile. */
const BLOCK_MS = BATCH_MS
const WARM_UP_ROUNDS = 5

interface App extends Framework {
  readonly client: Client
}

const [framework = 'Koa', rounds = '10'] = process.argv.slice(2)

async function makeApp(page?: GetPage): Promise<App> {
  const made = await apps[framework]?.(page)
  if (!made) throw new Error(`No such framework: ${framework}`)
  await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve))
  return { ...made, client: await connectBySocket(made) }
}

const without = await makeApp()
const again = await makeApp()
const watched: App = await makeApp(() => inTurns.page)
const inTurns = new PageInTurns(() =>
  monitor(watched.runner, { authorize: () => 'read', path: '/tasks' }),
)

const viewer = fork(path.join(import.meta.dirname, 'viewer.js'))
viewer.once('exit', (code) => process.exit(code ?? 1))

async function ask(message: string): Promise<unknown> {
  viewer.send(message)
  const [answer] = await once(viewer, 'message')
  return answer
}

/** At a steady pace: so many requests, and no more, share what the page costs by the second. */
async function block({ client, runner }: App): Promise<number> {
  const expected = tasksRun() + (PER_SECOND * BLOCK_MS) / 1_000
  const begin = performance.now()
  const before = process.cpuUsage()
  let sent = 0
  for (let ms = 0; ms < BLOCK_MS; ) {
    await sleep(4)
    ms = Math.min(BLOCK_MS, performance.now() - begin)
    for (; sent < Math.floor((ms * PER_SECOND) / 1_000); sent++) {
      await new Promise<void>((answered) => client.ask(answered))
    }
  }
  await runner.settled()
  const { user, system } = process.cpuUsage(before)
  if (tasksRun() !== expected) throw new Error(`${expected - tasksRun()} tasks lost`)
  return (user + system) / sent
}

async function closed(begin = async () => {}): Promise<number> {
  const stop = inTurns.listen()
  await begin()
  const cost = await block(watched)
  stop()
  return cost
}

async function viewed(): Promise<number> {
  const { port } = watched.server.address() as AddressInfo
  const cost = await closed(async () => {
    await ask(`http://127.0.0.1:${port}/tasks/events`)
    await sleep(BATCH_MS / 2) // so that no batch comes at the edge of a block
  })
  const batches = Number(await ask('end'))
  if (batches === 0) throw new Error('The viewer has seen no batch')
  return cost
}

const sides = {
  without: () => block(without),
  null: () => block(again),
  closed: () => closed(),
  viewer: viewed,
}

const samples: Samples = {}
for (let round = -WARM_UP_ROUNDS; round < Number(rounds); round++) {
  for (const [name, turn] of shuffled(Object.entries(sides))) {
    const cost = await turn()
    samples[name] ??= []
    if (round >= 0) samples[name]?.push(cost)
  }
}
console.log(JSON.stringify(samples))
process.exit(0)
