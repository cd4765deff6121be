import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as database } from 'node:timers/promises'
import { backgroundTasks } from '@backgrounder/express'
import express, { type NextFunction, type Request, type Response } from 'express'
import type { Ledger } from '../ledger.js'
import type { RunningServer } from '../server.js'

export async function startExpress({ work, onError }: Ledger): Promise<RunningServer> {
  const app = express()
  const background = backgroundTasks({ onError })
  app.use(background)

  app.post('/signup', async (req, res) => {
    await database(30)
    res.locals.tasks.addTask(work(req.path, 'welcome mail', 90))
    res.locals.tasks.addTask(work(req.path, 'audit line', 40))
    res.sendStatus(202)
  })

  app.post('/booking', async (req, res) => {
    res.locals.tasks.addTask(work(req.path, 'release seats', 70))
    await database(100)
    res.sendStatus(200)
  })

  app.post('/bug', (req, res) => {
    res.locals.tasks.addTask(work(req.path, 'tell the team', 60))
    throw new Error('a bug')
  })

  app.post('/order', async (req, res) => {
    await database(20)
    res.locals.tasks.addTask(work(req.path, 'charge card', 50, 'card declined'))
    res.locals.tasks.addTask(work(req.path, 'update stock', 60))
    res.sendStatus(202)
  })

  app.post('/photo', async (req, res) => {
    await database(20)
    res.locals.tasks.asGroup = true
    res.locals.tasks.addTask(work(req.path, 'thumbnail', 70))
    res.locals.tasks.addTask(work(req.path, 'medium size', 110))
    res.locals.tasks.addTask(work(req.path, 'large size', 160))
    res.sendStatus(202)
  })

  app.post('/report', async (req, res) => {
    await database(20)
    res.locals.tasks.addTask(work(req.path, 'write report', 280))
    res.sendStatus(202)
  })

  app.post('/news', (req, res) => {
    res.locals.tasks.addTask(work(req.path, 'count visit', 30))
    res.sendStatus(200)
  })

  app.use((_error: Error, _req: Request, res: Response, _next: NextFunction) => {
    res.sendStatus(500)
  })

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      return background.drain({ timeout: 2_000 })
    },
  }
}
