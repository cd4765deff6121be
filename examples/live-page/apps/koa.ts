import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { backgroundTasks } from '@backgrounder/koa'
import Koa, { type Context } from 'koa'
import { type App, Cancellable, DRAIN_MS, onError, type Settings } from '../app.js'
import * as work from '../work.js'

export function koaApp({ engine, invoice }: Settings): App {
  const app = new Koa()
  const background = backgroundTasks({ engine, onError })
  const exported = new Cancellable()
  app.use(background)

  const routes: Record<string, (ctx: Context, id: string) => unknown> = {
    'POST signup'(ctx) {
      ctx.tasks.addTask(work.welcomeMail, 'ada@example.com')
      ctx.tasks.addTask(work.auditLine, 'signup')
      ctx.status = ctx.query.taken === undefined ? 202 : 409
    },

    'POST orders'(ctx, id) {
      ctx.tasks.addTask(work.chargeCard, id)
      ctx.tasks.addTask(work.auditLine, `order ${id}`)
      ctx.status = 202
    },

    'POST photos'(ctx, id) {
      ctx.tasks.asGroup = true
      for (const width of [320, 640, 1_280]) ctx.tasks.addTask(work.thumbnail, id, width)
      ctx.status = 202
    },

    'POST reports'(ctx, id) {
      ctx.tasks.addTask(work.monthlyReport, id)
      ctx.status = 202
    },

    'POST webhooks'(ctx, id) {
      ctx.tasks.addTask(work.webhook, id)
      ctx.status = 202
    },

    'POST exports'(ctx, id) {
      exported.add(id, ctx.tasks.addTask(work.exportData, id))
      ctx.status = 202
    },

    'DELETE exports'(ctx, id) {
      ctx.status = exported.cancel(id) ? 202 : 404
    },

    async 'POST invoices'(ctx, id) {
      await ctx.tasks.enqueue(invoice, id)
      ctx.status = 202
    },
  }
  app.use((ctx) => {
    const [, what = '', id = ''] = ctx.path.split('/')
    return routes[`${ctx.method} ${what}`]?.(ctx, id)
  })

  let server: Server
  return {
    runner: background.runner,
    async listen(port) {
      server = app.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    },
    close: async () => (await background.drain({ server, timeout: DRAIN_MS })).ok,
  }
}
