import { backgroundTasks, currentTask, type Outcome } from '@backgrounder/fastify'
import fastify5 from 'fastify'
import fastify4 from 'fastify4'
import { expect, it } from 'vitest'

// Fastify's own suite injects requests that a handler hijacks and never answers, and closes the app:
// the drain waited its whole timeout for a response that no closed server will ever end.
it.each([
  ['Fastify 4', fastify4],
  ['Fastify 5', fastify5],
])('%s: an injected request that is never answered does not hold close()', async (_, fastify) => {
  const app = fastify()
  const outcomes: (Outcome | undefined)[] = []
  await app.register(backgroundTasks, { drainTimeout: false })
  const reached = new Promise<void>((resolve) => {
    app.get('/', (request, reply) => {
      request.tasks.addTask(() => outcomes.push(currentTask()?.outcome))
      reply.hijack()
      resolve()
    })
  })
  void app.inject('/')
  await reached
  await app.close()
  expect(outcomes).toEqual([{ sent: false, status: undefined }])
  expect(app.taskRunner.stats).toMatchObject({ pending: 0, succeeded: 1, abandoned: 0 })
})

it.each([
  ['Fastify 4', fastify4],
  ['Fastify 5', fastify5],
])('%s: an injected request of another app stays as it is', async (_, fastify) => {
  const [app, other] = [fastify(), fastify()]
  await app.register(backgroundTasks)
  await other.register(backgroundTasks)
  let answer = () => {}
  const reached = new Promise<void>((resolve) => {
    other.get('/', (request, reply) => {
      request.tasks.addTask(() => {})
      answer = () => void reply.send('ok')
      resolve()
    })
  })
  const injected = other.inject('/')
  await reached
  await app.close()
  expect(other.taskRunner.stats.pending).toBe(1)
  answer()
  expect((await injected).body).toBe('ok')
  await other.close()
  expect(other.taskRunner.stats).toMatchObject({ pending: 0, succeeded: 1 })
})
