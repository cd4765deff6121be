import { once } from 'node:events'
import { settled } from '@backgrounder/core/testing'
import { background, backgroundTasks, type RequestTasks } from '@backgrounder/hono'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'

const sendMail = background(async (to: string) => console.log(`mail to ${to}`), { retries: 1 })

function visit(tasks: RequestTasks): void {
  tasks.addTask(console.log, 'visited')
}

async function main(): Promise<void> {
  const tasks = backgroundTasks()
  const app = new Hono().use(tasks)
  app.get('/:name', (c) => {
    visit(c.var.tasks)
    c.var.tasks.with({ when: 'success' }).addTask(sendMail, c.req.param('name'))
    return c.text('ok', 202)
  })
  const server: ServerType = serve({ fetch: app.fetch, port: 0 })
  if (!server.listening) await once(server, 'listening')
  const { port } = server.address() as { port: number }
  console.log(await (await fetch(`http://127.0.0.1:${port}/ada`)).text())
  await settled(tasks.runner)
  console.log((await tasks.drain({ server })).ok)
}

void main()
