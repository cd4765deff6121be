import { appendFile } from 'node:fs/promises'
import path from 'node:path'
import { type BackgroundTasks, backgroundTasks, type RequestTasks } from '@backgrounder/express'
import express, { type Express } from 'express'

export interface Settings {
  /** The URL of the warehouse: `/reserve` is asked before the answer, `/ship` after it. */
  readonly warehouse: string
  /** Where the books are: `accepted` has a line for each order, and `done` one for each that left. */
  readonly folder: string
}

export interface Service {
  readonly app: Express
  readonly background: BackgroundTasks
  /** From now on `/ready` says no. Everything else is served as before. */
  setUnready(): void
}

/** Takes orders, and ships them after the answer. */
export function buildService({ warehouse, folder }: Settings): Service {
  const app = express()
  const background = backgroundTasks()
  app.use(background)

  let isReady = true
  app.get('/ready', (_req, res) => {
    res.sendStatus(isReady ? 200 : 503)
  })

  app.post('/orders/:id', async (req, res) => {
    const { id } = req.params
    const { tasks } = res.locals
    await ask('reserve', id)
    await write('accepted', id)
    tasks.addTask(ship, tasks, id)
    res.status(202).json({ id })
  })

  async function ship(tasks: RequestTasks, id: string): Promise<void> {
    // Not with the task's signal, which a drain aborts before its end: of a request that was cut off
    // nobody knows whether the order is on its way.
    await ask('ship', id)
    tasks.addTask(write, 'done', id) // a drain waits for what a task adds, too
  }

  async function ask(what: string, id: string): Promise<void> {
    const response = await fetch(`${warehouse}/${what}/${id}`, { method: 'POST' })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`the warehouse answered ${response.status} to ${what}`)
  }

  async function write(book: string, id: string): Promise<void> {
    await appendFile(path.join(folder, book), `${id}\n`)
  }

  return {
    app,
    background,
    setUnready() {
      isReady = false
    },
  }
}
