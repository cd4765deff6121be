// A process of its own: server.js <none|inline|threaded>. Sends its port to whoever has forked it, and
// ends with that.
import type { AddressInfo } from 'node:net'
import { backgroundTasks } from '@backgrounder/express'
import { threaded } from '@backgrounder/threads'
import express, { type Response } from 'express'
import { block, TASK_MS } from './work.js'

const file = new URL('./work.js', import.meta.url)
const threadedBlock = threaded<typeof import('./work.js')>(file).export('block')

const sides: Record<string, (res: Response) => void> = {
  none() {},
  inline: (res) => void res.locals.tasks.addTask(block, TASK_MS),
  threaded: (res) => void res.locals.tasks.addTask(threadedBlock, TASK_MS),
}

const addTask = sides[process.argv[2] ?? 'none'] as (res: Response) => void
// It would warn of what is measured here.
const tasks = backgroundTasks({ blockedWarning: false })
const app = express().use(tasks)
app.get('/task', (_req, res) => {
  addTask(res)
  res.send('ok')
})
app.get('/other', (_req, res) => void res.send('ok'))
app.get('/succeeded', async (_req, res) => {
  await tasks.runner.settled()
  res.json(tasks.runner.stats.succeeded)
})

const server = app.listen(0, '127.0.0.1', () =>
  process.send?.((server.address() as AddressInfo).port),
)
// A connection that waits for the next round is kept.
server.keepAliveTimeout = 0
process.once('disconnect', () => process.exit())
