// A server that answers when its job is stored, a worker, or both in one process: to be killed.
import { appendFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { bullmqEngine, type EngineOptions, startWorker } from '@backgrounder/bullmq'
import { background, backgroundTasks, currentTask } from '@backgrounder/express'
import express from 'express'
import { Pool } from 'pg'
import type { Plan } from './process.js'

const plan: Plan = JSON.parse(process.argv[2] as string)
const engine = bullmqEngine(optionsOf(plan))

/** Each run is a line, in a file outside of the process that may be killed. */
function write(id: string): void {
  appendFileSync(plan.runs, `${id} ${currentTask()?.attempt}\n`)
}

const note = background(write, { name: 'note', durable: true })

/** Never ends in the first so many attempts. */
const stuck = background(
  async (id: string, attempts: number) => {
    const attempt = currentTask()?.attempt ?? 0
    write(id)
    if (attempt <= attempts) await new Promise((resolve) => setTimeout(resolve, 2 ** 30))
  },
  { name: 'stuck', retries: 5 },
)

function optionsOf({ store }: Plan): EngineOptions {
  if ('pool' in store) return { pool: new Pool({ connectionString: store.pool }) }
  return store
}

async function serve(): Promise<void> {
  const tasks = backgroundTasks({ engine, concurrency: 1, logger: { error() {} } })
  const app = express().use(tasks)
  app.post('/stored/:id', async (req, res) => {
    await res.locals.tasks.enqueue(note, req.params.id)
    res.sendStatus(202)
  })
  // What the guarantee is not: stored after the answer.
  app.post('/late/:id', (req, res) => {
    res.locals.tasks.addTask(() => tasks.runner.enqueue(note, req.params.id))
    res.sendStatus(202)
  })
  app.post('/stuck/:id/:attempts', async (req, res) => {
    await res.locals.tasks.enqueue(stuck, req.params.id, Number(req.params.attempts))
    res.sendStatus(202)
  })
  // In this process, and never started: the one slot is taken.
  app.post('/waiting/:count', (req, res) => {
    res.locals.tasks.asGroup = true
    res.locals.tasks.addTask(() => new Promise(() => {}))
    for (let i = 0; i < Number(req.params.count); i += 1) res.locals.tasks.addTask(note, `${i}`)
    res.sendStatus(202)
  })
  const server = app.listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port })
  })
  process.once('SIGTERM', async () => {
    await tasks.drain({ server, timeout: 500 })
    process.exit(0)
  })
}

async function main(): Promise<void> {
  if (plan.role !== 'web') {
    await startWorker({ engine, tasks: [note, stuck], logger: { error() {} } })
  }
  if (plan.role === 'worker') process.send?.({ port: 0 })
  else {
    await engine.ready()
    await serve()
  }
}

void main()
