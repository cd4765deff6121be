import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { createRunner } from '@backgrounder/core'
import { monitor } from '@backgrounder/monitor'
import { afterEach, expect, it, vi } from 'vitest'
import { Events } from './events.js'
import { start } from './places.js'

const closers: (() => unknown)[] = []
afterEach(() => {
  vi.useRealTimers()
  for (const close of closers.splice(0)) close()
})

const GET_EVENTS = 'GET /events HTTP/1.1\r\nhost: x\r\n\r\n'

/** A server with a page, and a client that has written so much and reads nothing. */
async function startStalled(request: string) {
  const runner = createRunner({ logger: { error() {} } })
  const page = monitor(runner, { authorize: () => 'read' })
  const errors: unknown[] = []
  const server = http.createServer((req, res) => {
    res.on('error', (error) => errors.push(error))
    if (req.url === '/never') return
    page(req, res)
  })
  await once(server.listen(0), 'listening')
  const client = net.connect((server.address() as AddressInfo).port).pause()
  client.on('error', () => {})
  client.write(request)
  const [socket] = (await once(server, 'connection')) as [Socket]
  closers.push(() => {
    client.destroy()
    server.closeAllConnections()
    server.close()
  })
  return { runner, page, server, client, socket, errors }
}

/** Until the kernel takes no more, but so that Node would: such a reader has a little to read. */
async function fill(socket: Socket): Promise<void> {
  for (let bytes = 60_000; socket.writableLength === 0; ) {
    socket.write(Buffer.alloc(bytes, ':'))
    await turns(20)
    if (socket.bytesWritten > 2_000_000) bytes = 2_000
  }
  expect(socket.writableLength).toBeLessThan(socket.writableHighWaterMark)
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

it('a page that was ended, and has not read it, is written nothing more', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
  const { page, socket, errors } = await startStalled(GET_EVENTS)
  while (!socket.bytesWritten) await turns(1)
  await turns(20)
  await fill(socket)
  page.close()
  await vi.advanceTimersByTimeAsync(16_000) // there is a beat each 15 s
  await turns(20)
  expect(errors).toEqual([])
})

it('nor one that waits for an earlier request of its connection', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
  const { page, errors } = await startStalled(`GET /never HTTP/1.1\r\nhost: x\r\n\r\n${GET_EVENTS}`)
  await turns(200)
  page.close()
  await vi.advanceTimersByTimeAsync(16_000)
  await turns(20)
  expect(errors).toEqual([])
})

it('one that does not read holds no drain', async () => {
  const { runner, server, socket } = await startStalled(GET_EVENTS)
  await expect.poll(() => socket.bytesWritten).toBeGreaterThan(0)
  await fill(socket)
  expect(await runner.drain({ server, timeout: 8_000 })).toMatchObject({ ok: true })
})

it('who does read is told its end, whatever it was sent just before', async () => {
  const { url, page, runner } = await start()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  for (let index = 0; index < 2_000; index += 1) {
    runner.addTask(Object.defineProperty(() => {}, 'name', { value: `${'x'.repeat(180)}${index}` }))
  }
  await runner.settled()
  await runner.drain() // tells all that, and lets go
  await expect.poll(() => events.isOver).toBe(true)
  expect(events.of('end')).toEqual([{ reason: 'drained' }])
  page.close()
})

it('what cannot be told ends neither the process nor the page, and the log says why', async () => {
  const lines: string[] = []
  const logger = { error: (line: string) => lines.push(line) }
  const { url, runner } = await start({ runner: { logger } })
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  Object.defineProperty(runner, 'pending', {
    configurable: true,
    value: () => {
      throw new Error('no list')
    },
  })
  await expect.poll(() => lines).toEqual(['the page of monitor failed · Error: no list'])
  Reflect.deleteProperty(runner, 'pending')
  await expect.poll(() => events.of('full').length).toBeGreaterThan(1)
})
