import net from 'node:net'
import { backgroundTasks } from '@backgrounder/fastify'
import fastify5 from 'fastify'
import fastify4 from 'fastify4'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

// Fastify's own suite counts how often a closing app closes idle connections. Ours closed them as
// soon as `preClose` began: a kept-alive client, whose requests Fastify still answers (503) while a
// `preClose` hook takes its time, lost its connection instead.
it.each([
  ['Fastify 4', fastify4],
  ['Fastify 5', fastify5],
])('%s: while a preClose hook lasts, idle connections stay open', async (_, fastify) => {
  const app = fastify()
  await app.register(backgroundTasks)
  const closeIdle = vi.spyOn(app.server, 'closeIdleConnections')
  let finish = () => {}
  const isClosing = new Promise<void>((closing) => {
    app.addHook('preClose', async () => {
      closing()
      await new Promise<void>((resolve) => (finish = resolve))
    })
  })
  app.get('/', async () => 'ok')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const client = net.connect((app.server.address() as net.AddressInfo).port, '127.0.0.1')
  const ask = async (): Promise<string> => {
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return new Promise((resolve) => client.once('data', (data) => resolve(String(data))))
  }
  expect(await ask()).toContain('200 OK')
  const closed = app.close()
  await isClosing
  vi.advanceTimersByTime(1_000)
  expect(closeIdle).not.toHaveBeenCalled()
  expect(await ask()).toContain('503 Service Unavailable')
  finish()
  await closed
})
