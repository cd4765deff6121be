import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { backgroundTasks } from '@backgrounder/express'
import express, { type Express } from 'express'
import { type App, Cancellable, DRAIN_MS, onError, type Settings } from '../app.js'
import * as work from '../work.js'

export function expressApp({ engine, invoice }: Settings): App & { readonly app: Express } {
  const app = express()
  const background = backgroundTasks({ engine, onError })
  const exported = new Cancellable()
  app.use(background)

  app.post('/signup', (req, res) => {
    res.locals.tasks.addTask(work.welcomeMail, 'ada@example.com')
    res.locals.tasks.addTask(work.auditLine, 'signup')
    res.sendStatus(req.query.taken === undefined ? 202 : 409)
  })

  app.post('/orders/:id', (req, res) => {
    res.locals.tasks.addTask(work.chargeCard, req.params.id)
    res.locals.tasks.addTask(work.auditLine, `order ${req.params.id}`)
    res.sendStatus(202)
  })

  app.post('/photos/:id', (req, res) => {
    res.locals.tasks.asGroup = true
    for (const width of [320, 640, 1_280]) {
      res.locals.tasks.addTask(work.thumbnail, req.params.id, width)
    }
    res.sendStatus(202)
  })

  app.post('/reports/:month', (req, res) => {
    res.locals.tasks.addTask(work.monthlyReport, req.params.month)
    res.sendStatus(202)
  })

  app.post('/webhooks/:id', (req, res) => {
    res.locals.tasks.addTask(work.webhook, req.params.id)
    res.sendStatus(202)
  })

  app.post('/exports/:id', (req, res) => {
    exported.add(req.params.id, res.locals.tasks.addTask(work.exportData, req.params.id))
    res.sendStatus(202)
  })

  app.delete('/exports/:id', (req, res) => {
    res.sendStatus(exported.cancel(req.params.id) ? 202 : 404)
  })

  app.post('/invoices/:id', async (req, res) => {
    await res.locals.tasks.enqueue(invoice, req.params.id)
    res.sendStatus(202)
  })

  let server: Server
  return {
    app,
    runner: background.runner,
    async listen(port) {
      server = app.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    },
    close: async () => (await background.drain({ server, timeout: DRAIN_MS })).ok,
  }
}
