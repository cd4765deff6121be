import { createHmac, timingSafeEqual } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { type BackgroundTasks, backgroundTasks } from '@backgrounder/koa'
import Koa from 'koa'

export interface Collaborators {
  processEvent(event: unknown): Promise<void>
  readonly secret: string
}

/** A webhook receiver: its sender gives up after some seconds, so it answers and then works. */
export function buildApp(given: Collaborators): { app: Koa; background: BackgroundTasks } {
  const { processEvent, secret } = given
  const app = new Koa()
  const background = backgroundTasks()
  app.use(background)

  app.use(async (ctx) => {
    if (ctx.path !== '/webhook') return
    const body = await text(ctx.req)
    const signature = Buffer.from(ctx.get('x-signature'), 'hex')
    const wanted = createHmac('sha256', secret).update(body).digest()
    const isSigned = signature.length === wanted.length && timingSafeEqual(signature, wanted)
    if (!isSigned) return ctx.throw(401)
    ctx.tasks.addTask(processEvent, JSON.parse(body))
    ctx.status = 202
  })

  return { app, background }
}
