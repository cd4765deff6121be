import { once } from 'node:events'
import { settled } from '@backgrounder/core/testing'
import { background, backgroundTasks, type RequestTasks } from '@backgrounder/express'
import express from 'express'

const sendMail = background(async (to: string) => console.log(`mail to ${to}`), { retries: 1 })

function visit(tasks: RequestTasks): void {
  tasks.addTask(console.log, 'visited')
}

async function main(): Promise<void> {
  const app = express()
  const tasks = backgroundTasks()
  app.use(tasks)
  app.get('/:name', (req, res) => {
    visit(res.locals.tasks)
    res.locals.tasks.with({ when: 'success' }).addTask(sendMail, req.params.name)
    res.status(202).send('ok')
  })
  const server = app.listen(0)
  if (!server.listening) await once(server, 'listening')
  const { port } = server.address() as { port: number }
  console.log(await (await fetch(`http://127.0.0.1:${port}/ada`)).text())
  await settled(app)
  console.log((await tasks.drain({ server })).ok)
}

void main()
