// Each transfer is audited in several places at once, after the answer. The client hears of neither
// success nor failure of that: the report does.
// npm start --prefix examples/audit-koa
import { type BackgroundTasks, backgroundTasks, type Logger } from '@backgrounder/koa'
import Koa from 'koa'
import { audit } from './audit.js'

export interface Settings {
  /** The URLs that are sent each audit event. */
  readonly places: readonly string[]
  readonly logger?: Logger
}

export function buildApp({ places, logger }: Settings): { app: Koa; background: BackgroundTasks } {
  const app = new Koa()
  const background = backgroundTasks({ logger })
  app.use(background)

  app.use((ctx) => {
    if (ctx.method !== 'POST' || ctx.path !== '/transfers') return
    const event = { what: 'transfer', at: new Date().toISOString() }
    ctx.tasks.with({ name: 'audit' }).addTask(audit(places, event))
    ctx.status = 202
    ctx.body = { accepted: true }
  })

  return { app, background }
}
