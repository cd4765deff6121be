import { settled } from '@backgrounder/core/testing'
import { background, backgroundTasks, type RequestTasks } from '@backgrounder/fastify'
import Fastify from 'fastify'

const sendMail = background(async (to: string) => console.log(`mail to ${to}`), { retries: 1 })

function visit(tasks: RequestTasks): void {
  tasks.addTask(console.log, 'visited')
}

async function main(): Promise<void> {
  const app = Fastify()
  await app.register(backgroundTasks)
  app.get<{ Params: { name: string } }>('/:name', async (request, reply) => {
    visit(request.tasks)
    request.tasks.with({ when: 'success' }).addTask(sendMail, request.params.name)
    return reply.code(202).send('ok')
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  console.log(await (await fetch(`${url}/ada`)).text())
  await settled(app)
  await app.close()
  console.log(app.taskRunner.stats.pending === 0)
}

void main()
