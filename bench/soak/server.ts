import { setTimeout as sleep } from 'node:timers/promises'
import type { RunnerStats } from '@backgrounder/core'
import type { Exchange, RunningApp } from '../../test/contract/framework.js'
import { frameworks } from '../../test/contract/frameworks/index.js'
import { answerCalls } from './conversation.js'
import { measureHeap } from './heap.js'
import { type Counts, Ledger } from './ledger.js'
import { sabotageMemory, sabotageTasks } from './sabotage.js'
import { mostTasks, type Scenario, scenarios } from './scenarios.js'

/** What the server's process knows at a moment when nothing is going on. */
export interface Books extends Counts {
  /** Calls of the app's `onError`. */
  readonly reported: number
  /** In bytes. */
  readonly heap: number
  /** The runner's own word. */
  readonly stats: RunnerStats
}

/** For connections to close and tasks to settle, once the clients have gone. */
const PATIENCE_MS = 15_000

const calls = { start, keepBooks, stop }
export type ServerCalls = typeof calls

let app: RunningApp
let ledger: Ledger
let reported = 0

// Express prints each error that a handler throws. What ends the process is printed all the same.
console.error = () => {}

async function start({ name, requests }: { name: string; requests: number }): Promise<number> {
  const how = process.env.SOAK_BREAK
  const framework = frameworks.map((make) => make('ours')).find((each) => each.name === name)
  if (!framework) throw new TypeError(`There is no framework ${name}`)
  ledger = new Ledger(requests * mostTasks, sabotageTasks(how))
  const sabotage = sabotageMemory(how)
  const onError = () => {
    reported += 1
  }
  app = await framework.start(
    (x) => {
      sabotage(x)
      return handle(x)
    },
    { onError },
  )
  return app.port
}

/** The path is the scenario and the request's number, which its answer repeats. */
function handle(x: Exchange): unknown {
  const [, scenario = '', number = ''] = (x.req.url as string).split('/')
  x.res.setHeader('x-request', number)
  // The contract's app keeps what has reached its error handling, for the rows to look at.
  ;(app.errors as unknown[]).length = 0
  return scenarios[decodeURIComponent(scenario) as Scenario](x, ledger)
}

async function keepBooks(): Promise<Books> {
  const { runner } = app
  if (!runner) throw new TypeError('There is no runner')
  const deadline = performance.now() + PATIENCE_MS
  // A late task is added a moment after its response is over: twice in a row, to be sure.
  for (let quiet = 0; quiet < 2 && performance.now() < deadline; ) {
    await sleep(50)
    quiet = runner.stats.pending === 0 && (await connections()) === 0 ? quiet + 1 : 0
  }
  const heap = await measureHeap()
  return { ...ledger.count(), reported, heap, stats: runner.stats }
}

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}

async function stop(): Promise<void> {
  await app.close()
}

answerCalls(calls)
