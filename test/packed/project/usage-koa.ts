import { type Background, background, backgroundTasks, type DrainReport } from '@backgrounder/koa'
import Koa from 'koa'

async function sendEmail(to: string, mail: { subject?: string } = {}): Promise<void> {
  await Promise.resolve([to, mail])
}

export const welcomeMail: Background<[to: string, mail?: { subject?: string }]> = background(
  sendEmail,
  { name: 'welcome-mail' },
)

export async function withKoa(): Promise<DrainReport> {
  const app = new Koa()
  const tasks = backgroundTasks({ when: 'success' })
  app.use(tasks)
  app.use((ctx) => {
    ctx.tasks.addTask(() => sendEmail('a@b.c'))
    ctx.tasks.addTask(welcomeMail, 'a@b.c', { subject: 'Welcome' })
    // @ts-expect-error: it takes a string
    ctx.tasks.addTask(sendEmail, 3)
    // @ts-expect-error: a typo in an object argument
    ctx.tasks.addTask(sendEmail, 'a@b.c', { subjct: 'Welcome' })
    ctx.status = 202
  })
  return await tasks.drain({ timeout: 5_000 })
}
