import http from 'node:http'
import net from 'node:net'
import { collectTasks, createRunner, currentTask } from '@backgrounder/http'
import onFinished from 'on-finished'
import { afterEach, expect, it, vi } from 'vitest'

// on-finished is right in these cases, so we say what it says: once, and sent or not.

type Case = readonly [
  name: string,
  answer: (res: http.ServerResponse) => unknown,
  leave?: (socket: net.Socket) => unknown,
]

const big = Buffer.alloc(8 * 1024 * 1024, 'x')

const cases: Case[] = [
  ['a small answer', (res) => res.end('ok')],
  ['an empty answer', (res) => res.writeHead(204).end()],
  ['a large answer', (res) => res.end(big)],
  ['an answer in chunks', (res) => res.write('a', () => res.end('b'))],
  ['an answer that closes the connection', (res) => res.setHeader('connection', 'close').end('ok')],
  ['an error', (res) => res.writeHead(500).end('sorry')],
  ['a reset while the handler hangs', () => {}, (socket) => socket.resetAndDestroy()],
  [
    'a reset in the middle of the body',
    (res) => res.write(big),
    (socket) => socket.resetAndDestroy(),
  ],
]

let server: http.Server
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

it.each(cases)('agrees with on-finished on %s', async (_name, answer, leave) => {
  const ours: boolean[] = []
  const theirs: boolean[] = []
  const runner = createRunner()
  server = http.createServer((req, res) => {
    onFinished(res, (error) => theirs.push(!error))
    collectTasks(req, res, runner).addTask(() => ours.push(currentTask()?.outcome?.sent as boolean))
    answer(res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const socket = net.connect(port, '127.0.0.1', () => {
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    if (leave) setTimeout(() => leave(socket), 30)
    else socket.resume()
  })
  socket.on('error', () => {})
  await vi.waitFor(() => expect(ours.length * theirs.length).toBe(1))
  await runner.settled()
  expect(ours).toEqual(theirs)
  expect(ours).toEqual([leave === undefined])
  socket.destroy()
})
