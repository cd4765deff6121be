import { once } from 'node:events'
import { settled } from '@backgrounder/core/testing'
import { background, backgroundTasks, type RequestTasks } from '@backgrounder/koa'
import Koa from 'koa'

const sendMail = background(async (to: string) => console.log(`mail to ${to}`), { retries: 1 })

function visit(tasks: RequestTasks): void {
  tasks.addTask(console.log, 'visited')
}

async function main(): Promise<void> {
  const app = new Koa()
  const tasks = backgroundTasks()
  app.use(tasks)
  app.use((ctx) => {
    visit(ctx.tasks)
    ctx.tasks.with({ when: 'success' }).addTask(sendMail, ctx.path.slice(1))
    ctx.body = 'ok'
  })
  const server = app.listen(0)
  if (!server.listening) await once(server, 'listening')
  const { port } = server.address() as { port: number }
  console.log(await (await fetch(`http://127.0.0.1:${port}/ada`)).text())
  await settled(app)
  console.log((await tasks.drain({ server })).ok)
}

void main()
