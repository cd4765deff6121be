// A process that is to be killed: a server that answers when its job is stored, a worker, or both.
import { appendFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { bullmqEngine, startWorker } from '@backgrounder/bullmq'
import { background, backgroundTasks, currentTask } from '@backgrounder/express'
import express from 'express'
import { engineOptions, type Plan } from './plan.js'

const plan: Plan = JSON.parse(process.argv[2] as string)
const engine = bullmqEngine(engineOptions(plan))

/** Each run is a line, in a file outside of the process. */
function write(id: string): number {
  const attempt = currentTask()?.attempt as number
  appendFileSync(plan.runs, `${id} ${attempt}\n`)
  return attempt
}

const forEver = () => new Promise<void>(() => setInterval(() => {}, 3_600_000))

const note = background((id: string) => void write(id), { name: 'note', durable: true })

/** Does not end in its first attempts. */
const stuck = background(
  (id: string, attempts: number) => (write(id) <= attempts ? forEver() : undefined),
  { name: 'stuck' },
)

/** The same, and fails in the next ones. */
const fails = background(
  (id: string, attempts: number) => {
    if (write(id) <= attempts) return forEver()
    throw new Error('it fails')
  },
  { name: 'fails', retries: 2 },
)

/** What is to be done at a SIGTERM, in this order. */
const ends: (() => Promise<unknown>)[] = [() => engine.close()]

async function serve(): Promise<number> {
  const tasks = backgroundTasks({ engine, concurrency: 1, logger: { error() {} } })
  const app = express().use(tasks)
  app.post('/stored/:id', async (req, res) => {
    await res.locals.tasks.enqueue(note, req.params.id)
    res.sendStatus(202)
  })
  // The trap: stored after the answer.
  app.post('/late/:id', (req, res) => {
    const { tasks } = res.locals
    res.once('finish', () => void tasks.enqueue(note, req.params.id).catch(() => {}))
    res.sendStatus(202)
  })
  app.post('/stuck/:id/:attempts', async (req, res) => {
    await res.locals.tasks.enqueue(stuck, req.params.id, Number(req.params.attempts))
    res.sendStatus(202)
  })
  app.post('/fails/:id/:attempts', async (req, res) => {
    await res.locals.tasks.enqueue(fails, req.params.id, Number(req.params.attempts))
    res.sendStatus(202)
  })
  // Of this process, which has one slot, and something in it: none of them starts.
  app.post('/waiting/:count', (req, res) => {
    const { tasks } = res.locals
    tasks.asGroup = true
    tasks.addTask(forEver)
    for (let i = 0; i < Number(req.params.count); i += 1) tasks.addTask(note, `waiting-${i}`)
    res.sendStatus(202)
  })
  // Express' own prints each 503.
  app.use(((error, _req, res, _next) => {
    res.sendStatus(error.status ?? 500)
  }) as express.ErrorRequestHandler)
  const server = app.listen(0, '127.0.0.1')
  ends.unshift(async () => {
    console.log(JSON.stringify(await tasks.drain({ server, timeout: 2_000 })))
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return (server.address() as AddressInfo).port
}

async function main(): Promise<void> {
  await engine.ready()
  const { role } = plan
  if (role !== 'web') {
    const tasks = [note, stuck, fails]
    const worker = await startWorker({ engine, tasks, concurrency: 20, logger: { error() {} } })
    ends.unshift(() => worker.close())
  }
  process.send?.({ port: role === 'worker' ? 0 : await serve() })
}

process.once('SIGTERM', async () => {
  for (const end of ends) await end()
  process.exit(0)
})
void main()
