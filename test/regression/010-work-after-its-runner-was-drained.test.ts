import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { background, createRunner, defaultRunner } from '@backgrounder/core'
import { appRunner } from '@backgrounder/http'
import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
})

// An app drains two runners, its own and that of called definitions. What one of them was given when
// its own drain was over, while the other's went on to the deadline, was neither abandoned nor
// reported.
const hang = () => new Promise<void>(() => {})

it('a definition that is called when nothing else was pending is reported at the deadline', async () => {
  const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
  const hangs = background(hang, { name: 'hangs' })
  const server = http.createServer(() => {}) // never answers, so the app's own drain goes on
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(server, 'request')

  const drained = appRunner({ logger: { error() {} } }).drain({ server, timeout: 200 })
  await defaultRunner().drain() // nothing was pending there: the app's drain has looked at it too
  const run = hangs()
  const report = await drained
  expect(report).toMatchObject({ ok: false, abandoned: [run] })
  expect(run.state).toBe('abandoned')
  expect(lines).toHaveBeenCalledWith(expect.stringMatching(/^task hangs abandoned · running/))
  client.destroy()
})

it("the app's own task that was added when its drain was over is reported at the deadline", async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const runner = createRunner({ logger: { error() {} } })
  const hangs = background(hang, { name: 'hangs' })
  const first = hangs()
  const drained = appRunner({ runner }).drain({ timeout: 200 })
  await runner.drain()
  const second = runner.addTask(hang)
  expect(await drained).toMatchObject({ ok: false, abandoned: [first, second] })
})
