// A process of its own: turns.js <framework> <rounds>. Prints JSON: for each of four servers the CPU
// time of each of its blocks, in µs per request. Each is a process, since what listens in a process is
// told of all its tasks; they take turns in random order, and this one is the viewer.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import { shuffled } from '../blocks.js'
import type { Samples } from '../statistics.js'

const WARM_UP_ROUNDS = 4

const sides = ['without', 'null', 'closed', 'viewer'] as const

interface Server {
  readonly side: (typeof sides)[number]
  readonly child: ChildProcess
  /** How much of the stream has come, in bytes. */
  seen: () => number
}

const [framework = 'Koa', rounds = '10'] = process.argv.slice(2)

async function answer(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`A server has ended with ${code}`)
  })
  ended.catch(() => {}) // later on it is what is asked of it
  const [message] = await Promise.race([once(child, 'message'), ended])
  return message
}

async function start(side: Server['side']): Promise<Server> {
  const isMounted = side === 'closed' || side === 'viewer'
  const args = [framework, isMounted ? 'mounted' : 'bare']
  const child = fork(path.join(import.meta.dirname, 'server.js'), args)
  const port = Number(await answer(child))
  return { side, child, seen: side === 'viewer' ? await view(port) : () => 0 }
}

/** Reads the stream of the page, as a browser does. */
async function view(port: number): Promise<() => number> {
  let seen = 0
  const url = `http://127.0.0.1:${port}/tasks/events`
  const [res] = (await once(http.get(url), 'response')) as [http.IncomingMessage]
  const { 'content-type': type } = res.headers
  if (!type?.startsWith('text/event-stream'))
    throw new Error(`No stream at ${url}: ${res.statusCode} ${type}`)
  res.on('data', (chunk: Buffer) => {
    seen += chunk.length
  })
  return () => seen
}

async function block({ side, child, seen }: Server): Promise<number> {
  const before = seen()
  child.send('block')
  const cost = Number(await answer(child))
  if (side === 'viewer' && seen() === before) throw new Error('The viewer has seen nothing')
  return cost
}

const servers = await Promise.all(sides.map(start))
const samples: Samples = { without: [], null: [], closed: [], viewer: [] }
for (let round = -WARM_UP_ROUNDS; round < Number(rounds); round++) {
  for (const server of shuffled(servers)) {
    const cost = await block(server)
    if (round >= 0) samples[server.side]?.push(cost)
  }
}
console.log(JSON.stringify(samples))
process.exit(0)
