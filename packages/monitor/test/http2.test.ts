import { once } from 'node:events'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { backgroundTasks } from '@backgrounder/fastify'
import { monitor } from '@backgrounder/monitor'
import fastify from 'fastify'
import { expect, it } from 'vitest'

it('over HTTP/2 too: the page, its stream, its actions, and a stop', async () => {
  const app = fastify({ http2: true })
  await app.register(backgroundTasks)
  const page = monitor(app.taskRunner, { authorize: () => 'write' })
  await app.register(page.fastify, { prefix: '/tasks' })
  await app.listen({ port: 0 })
  const client = connect(`http://localhost:${(app.server.address() as AddressInfo).port}`)
  async function ask(path: string, body?: string, headers = {}) {
    const method = body === undefined ? 'GET' : 'POST'
    const stream = client.request({ ':path': path, ':method': method, ...headers })
    stream.end(body)
    const [answer] = await once(stream, 'response')
    return { stream, status: answer[':status'] }
  }
  const { stream } = await ask('/tasks/events')
  let text = ''
  stream.setEncoding('utf8').on('data', (part) => {
    text += part
  })
  expect((await ask('/tasks/')).status).toBe(200)
  let end = () => {}
  app.taskRunner.addTask(() => new Promise<void>((resolve) => (end = resolve)))
  await expect.poll(() => text).toContain('"state":"running"')
  const headers = { 'content-type': 'application/json', 'x-backgrounder': '1' }
  const long = JSON.stringify({ id: 'x'.repeat(2_000) })
  expect((await ask('/tasks/cancel', long, headers)).status).toBe(413)
  const body = JSON.stringify({ id: /"key":"([^"]+)",[^}]*"running"/.exec(text)?.[1] })
  expect((await ask('/tasks/cancel', body, headers)).status).toBe(200)
  end()
  const ended = once(stream, 'end')
  const closed = app.close()
  await ended
  expect(text).toContain('event: end')
  client.destroy() // it has not read all answers
  await closed
})
