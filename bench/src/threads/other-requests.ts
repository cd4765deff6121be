// A process of its own: other-requests.js <rounds>. Prints JSON: for each of three servers the p99 of
// each round, in ms, of the requests that add no task. Requests come at a steady pace, whether or not
// those before them are answered: none is spared the wait by being sent late.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { shuffled } from '../blocks.js'
import { percentile, type Samples } from '../statistics.js'

const TASKS = 10
const REQUESTS_PER_TASK = 60
const EVERY_MS = 10

interface Server {
  readonly side: string
  readonly child: ChildProcess
  readonly port: number
  tasksAdded: number
}

const agent = new http.Agent({ keepAlive: true })

async function start(side: string): Promise<Server> {
  const child = fork(path.join(import.meta.dirname, 'server.js'), [side])
  const [port] = await Promise.race([once(child, 'message'), ended(child)])
  return { side, child, port, tasksAdded: 0 }
}

async function ended(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`A server has ended with ${code}`)
}

async function p99(server: Server): Promise<number> {
  const others: Promise<number>[] = []
  const added: Promise<string>[] = []
  const begin = performance.now()
  for (let i = 0; i < TASKS * REQUESTS_PER_TASK; i++) {
    await sleep(Math.max(0, begin + i * EVERY_MS - performance.now()))
    if (i % REQUESTS_PER_TASK === 0) added.push(get(server, '/task'))
    else others.push(latency(server))
  }
  await Promise.all(added)
  server.tasksAdded += added.length
  const times = await Promise.all(others)
  await checkTasks(server)
  return percentile(times, 0.99)
}

async function latency(server: Server): Promise<number> {
  const begin = performance.now()
  await get(server, '/other')
  return performance.now() - begin
}

/** Waits for its tasks: the next round, of another server, begins with nothing running. */
async function checkTasks({ side, tasksAdded, ...server }: Server): Promise<void> {
  const succeeded = Number(await get(server, '/succeeded'))
  const expected = side === 'none' ? 0 : tasksAdded
  if (succeeded !== expected) throw new Error(`${side}: ${succeeded} of ${expected} tasks have run`)
}

function get({ port }: Pick<Server, 'port'>, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const answered = (res: http.IncomingMessage) => {
      let body = ''
      res.setEncoding('utf8').on('data', (chunk) => {
        body += chunk
      })
      res.on('end', () => resolve(body))
    }
    http.get({ port, host: '127.0.0.1', path, agent }, answered).on('error', reject)
  })
}

const servers = await Promise.all(['none', 'inline', 'threaded'].map(start))
const samples: Samples = { none: [], inline: [], threaded: [] }
for (let round = -1; round < Number(process.argv[2] ?? 7); round++) {
  for (const server of shuffled(servers)) {
    const measured = await p99(server)
    if (round >= 0) samples[server.side]?.push(measured) // the first one warms up
  }
}
console.log(JSON.stringify(samples))
process.exit(0)
