import http from 'node:http'
import net from 'node:net'
import { collectTasks, createRunner, currentTask } from '@backgrounder/http'
import onFinished from 'on-finished'
import { afterEach, expect, it, vi } from 'vitest'

// on-finished is right in these cases, so we say what it says: once, and sent or not.

interface Case {
  readonly name: string
  readonly answer: (res: http.ServerResponse) => unknown
  readonly leave?: (socket: net.Socket) => unknown
}

const big = Buffer.alloc(8 * 1024 * 1024, 'x')

const reset = (socket: net.Socket) => socket.resetAndDestroy()

const cases: Case[] = [
  { name: 'a small answer', answer: (res) => res.end('ok') },
  { name: 'an empty answer', answer: (res) => res.writeHead(204).end() },
  { name: 'a large answer', answer: (res) => res.end(big) },
  { name: 'an answer in chunks', answer: (res) => res.write('a', () => res.end('b')) },
  {
    name: 'an answer that closes the connection',
    answer: (res) => res.setHeader('connection', 'close').end('ok'),
  },
  { name: 'an error', answer: (res) => res.writeHead(500).end('sorry') },
  { name: 'a reset while the handler hangs', answer: () => {}, leave: reset },
  { name: 'a reset in the middle of the body', answer: (res) => res.write(big), leave: reset },
]

let server: http.Server
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

it.each(cases)('agrees with on-finished on $name', async ({ answer, leave }) => {
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
  await vi.waitFor(() => expect(ours.length * theirs.length).toBe(1), 20_000)
  await runner.settled()
  expect(ours).toEqual(theirs)
  expect(ours).toEqual([leave === undefined])
  socket.destroy()
})
