import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Instance } from '../platform.js'

const event = { method: 'POST', url: '/signup', body: { email: 'ada@example.com' } } as const
const accepted = { statusCode: 202, body: '{"accepted":true}' }

/** A mail service, which answers when it is told to. */
async function startMailService() {
  const server = http.createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { server, url }
}

test('without waitUntil the process is frozen before its work is done, and that is lost', async () => {
  const { server, url } = await startMailService()
  const asked: http.ServerResponse[] = []
  server.on('request', (_req, res) => asked.push(res))
  const instance = new Instance(url, 'without')
  onTestFinished(() => void instance.throwAway())
  expect(await instance.invoke(event)).toEqual(accepted)
  await instance.frozen()
  for (const res of asked) res.end() // which a frozen process does not read
  expect(await instance.throwAway()).toBe('')
})

test('with waitUntil the answer is not held, and the process is frozen when its work is done', async () => {
  const { server, url } = await startMailService()
  const asked = once(server, 'request')
  const instance = new Instance(url, 'with')
  onTestFinished(() => void instance.throwAway())
  expect(await instance.invoke(event)).toEqual(accepted)
  const [, res] = await asked
  expect(instance.isFrozen).toBe(false)
  res.end()
  await instance.frozen()
  expect(await instance.throwAway()).toBe('the mail service answered 200\n')
})
