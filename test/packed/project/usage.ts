// What the README shows, typed with no cast, in a project that has only the packages.

import { createServer, type Server } from 'node:http'
import { bullmqEngine, startWorker } from '@backgrounder/bullmq'
import * as core from '@backgrounder/core'
import * as forExpress from '@backgrounder/express'
import * as forFastify from '@backgrounder/fastify'
import { collectTasks } from '@backgrounder/http'
import { BackgrounderInstrumentation } from '@backgrounder/otel'
import { move, type ThreadPool, threaded, threadPool } from '@backgrounder/threads'
import express from 'express'
import Fastify from 'fastify'

async function sendEmail(to: string, mail: { subject?: string } = {}): Promise<void> {
  await Promise.resolve([to, mail])
}

export const otel: BackgrounderInstrumentation = new BackgrounderInstrumentation({
  propagation: 'link',
})

export const welcomeMail: core.Background<[to: string, mail?: { subject?: string }]> =
  core.background(sendEmail, { name: 'welcome-mail' })

export async function withExpress(server: Server): Promise<core.DrainReport> {
  const app = express()
  const tasks = forExpress.backgroundTasks()
  app.use(tasks)
  app.post('/signup', (req, res) => {
    res.locals.tasks.addTask(() => sendEmail(req.body.email))
    res.locals.tasks.addTask(welcomeMail, 'a@b.c', { subject: 'Welcome' })
    // @ts-expect-error: it takes a string
    res.locals.tasks.addTask(sendEmail, 3)
    // @ts-expect-error: a typo in an object argument
    res.locals.tasks.addTask(sendEmail, 'a@b.c', { subjct: 'Welcome' })
    res.status(202).json({ ok: true })
  })
  server.close()
  return await tasks.drain({ timeout: 5_000 })
}

export async function withFastify(): Promise<void> {
  const app = Fastify()
  await app.register(forFastify.backgroundTasks, { when: 'success' })
  app.post<{ Body: { email: string } }>('/signup', async (request, reply) => {
    request.tasks.addTask(sendEmail, request.body.email)
    // @ts-expect-error: it takes a string
    request.tasks.addTask(sendEmail, 3)
    return reply.code(202).send({ ok: true })
  })
  await app.taskRunner.drain()
}

export function withNode(): Server {
  const runner = core.createRunner()
  return createServer((req, res) => {
    collectTasks(req, res, runner).addTask(sendEmail, 'a@b.c')
    res.end('ok')
  })
}

export async function withNothing(): Promise<void> {
  const tasks = new core.Tasks([new core.Task(sendEmail, 'a@b.c'), new core.Tasks()])
  tasks.addTask(sendEmail, 'd@e.f')
  await tasks()
  // One copy of core: what one package makes, another takes.
  const task: core.Task = new forExpress.Task(sendEmail, 'a@b.c')
  forFastify.createRunner().addTask(task)
}

export async function withBullmq(): Promise<core.Engine> {
  const engine = bullmqEngine({ redis: 'redis://localhost:6379' })
  const welcome = core.background(sendEmail, { name: 'welcome', retries: 5 })
  const { id }: core.EnqueuedJob = await core.createRunner({ engine }).enqueue(welcome, 'a@b.c')
  // @ts-expect-error: it takes a string
  await core.createRunner({ engine }).enqueue(welcome, 3)
  const worker = await startWorker({ engine, tasks: [welcome], concurrency: 10 })
  await worker.close({ timeout: 5_000 })
  await engine.dead.retry(id)
  await engine.queue.add('theirs', {}, { priority: 1 })
  return engine
}

export async function withThreads(file: URL, picture: Buffer): Promise<number> {
  const pool: ThreadPool = threadPool({
    maxThreads: 2,
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  })
  const module = threaded<typeof import('./picture.js')>(file, { pool })
  const shrink = module.export('shrink', { timeout: 5_000 })
  const run: core.TaskRun = core.createRunner().addTask(shrink, move(picture), { width: 100 })
  await run.done
  // @ts-expect-error: a typo in an object argument
  core.createRunner().addTask(shrink, picture, { widht: 100 })
  // @ts-expect-error: it has no such function
  module.export('shrnk')
  // @ts-expect-error: it is no function
  module.export('widest')
  const { length } = await shrink.func(picture, { width: 100 })
  await pool.close()
  return length
}
