import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { createRunner } from '@backgrounder/core'
import { expect, it } from 'vitest'

// A drain that was not ok, because its server had a connection left, said so and not why: nothing
// was abandoned, and nothing was on the logger.
it.each([
  [1, 'server not closed · 1 connection was still open at the end of the drain'],
  [2, 'server not closed · 2 connections were still open at the end of the drain'],
])('of %i connections that are left, the logger hears', async (count, line) => {
  const server = http.createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clients: net.Socket[] = []
  for (let i = 0; i < count; i++) {
    const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    clients.push(client)
    await once(server, 'request')
  }
  const lines: string[] = []
  const runner = createRunner({ logger: { error: (text) => lines.push(text) } })
  expect(await runner.drain({ server, timeout: 20 })).toMatchObject({ ok: false, abandoned: [] })
  expect(lines).toEqual([line])
  for (const client of clients) client.destroy()
})
