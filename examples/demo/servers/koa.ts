import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as database } from 'node:timers/promises'
import { backgroundTasks } from '@backgrounder/koa'
import Koa, { type Context } from 'koa'
import type { Ledger } from '../ledger.js'
import type { RunningServer } from '../server.js'

export async function startKoa({ work, onError }: Ledger): Promise<RunningServer> {
  const app = new Koa()
  const background = backgroundTasks({ onError })
  app.silent = true // of the bug below
  app.use(background)

  const routes: Record<string, (ctx: Context) => unknown> = {
    async '/signup'(ctx) {
      await database(30)
      ctx.tasks.addTask(work(ctx.path, 'welcome mail', 90))
      ctx.tasks.addTask(work(ctx.path, 'audit line', 40))
      ctx.status = 202
    },

    async '/booking'(ctx) {
      ctx.tasks.addTask(work(ctx.path, 'release seats', 70))
      await database(100)
      ctx.status = 200
    },

    '/bug'(ctx) {
      ctx.tasks.addTask(work(ctx.path, 'tell the team', 60))
      throw new Error('a bug')
    },

    async '/order'(ctx) {
      await database(20)
      ctx.tasks.addTask(work(ctx.path, 'charge card', 50, 'card declined'))
      ctx.tasks.addTask(work(ctx.path, 'update stock', 60))
      ctx.status = 202
    },

    async '/photo'(ctx) {
      await database(20)
      ctx.tasks.asGroup = true
      ctx.tasks.addTask(work(ctx.path, 'thumbnail', 70))
      ctx.tasks.addTask(work(ctx.path, 'medium size', 110))
      ctx.tasks.addTask(work(ctx.path, 'large size', 160))
      ctx.status = 202
    },

    async '/report'(ctx) {
      await database(20)
      ctx.tasks.addTask(work(ctx.path, 'write report', 280))
      ctx.status = 202
    },

    '/news'(ctx) {
      ctx.tasks.addTask(work(ctx.path, 'count visit', 30))
      ctx.status = 200
    },
  }
  app.use((ctx) => routes[ctx.path]?.(ctx))

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
