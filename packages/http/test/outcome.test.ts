import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { collectTasks, createRunner, currentTask, type Outcome } from '@backgrounder/http'
import { afterEach, expect, it, vi } from 'vitest'

let server: http.Server
let socket: net.Socket
afterEach(() => {
  socket.destroy()
  server.closeAllConnections()
  server.close()
})

/** Sends the requests all at once on one connection; notes each outcome under its path. */
async function serve(
  handler: (req: http.IncomingMessage, res: http.ServerResponse, add: () => void) => void,
  ...paths: string[]
): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {}
  const runner = createRunner()
  server = http.createServer((req, res) => {
    const add = () =>
      collectTasks(req, res, runner).addTask(() => {
        outcomes[req.url as string] = currentTask()?.outcome as Outcome
      })
    handler(req, res, add)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {}).resume()
  for (const path of paths) socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  return outcomes
}

const sent: Outcome = { sent: true, status: 200 }

it('an answer is sent also when the next one on the connection destroys it', async () => {
  const answers: (() => void)[] = []
  const outcomes = await serve(
    (req, res, add) => {
      add()
      if (req.url === '/2')
        res.destroy() // while it is queued
      else answers.push(() => res.end('ok'))
      if (req.url === '/2') for (const answer of answers) answer()
    },
    '/1',
    '/2',
  )
  await vi.waitFor(() => expect(Object.keys(outcomes)).toHaveLength(2), 20_000)
  expect(outcomes).toEqual({ '/1': sent, '/2': { sent: false, status: undefined } })
})

it('an answer is sent also when its own finish callback destroys the connection', async () => {
  const outcomes = await serve((req, res, add) => {
    res.on('finish', () => req.socket.destroy())
    add()
    res.end('ok')
  }, '/')
  await vi.waitFor(() => expect(outcomes).toEqual({ '/': sent }), 20_000)
})

it('a first task that is added in a finish listener, in a close listener, or later is told too', async () => {
  const outcomes = await serve(
    (req, res, add) => {
      if (req.url === '/later') setTimeout(add, 20)
      else res.on(req.url?.slice(1) as string, add)
      res.end('ok')
    },
    '/finish',
    '/close',
    '/later',
  )
  await vi.waitFor(
    () => expect(outcomes).toEqual({ '/finish': sent, '/close': sent, '/later': sent }),
    20_000,
  )
})

it('a response that is ended after its client has left is not sent', async () => {
  const outcomes = await serve((_req, res, add) => {
    socket.destroy()
    res.on('close', () => {
      res.end('too late')
      setImmediate(add)
    })
  }, '/')
  await vi.waitFor(
    () => expect(outcomes).toEqual({ '/': { sent: false, status: undefined } }),
    20_000,
  )
})

it('a first task that is added after a reset in the middle of the body is told "not sent"', async () => {
  const outcomes = await serve((_req, res, add) => {
    res.end(Buffer.alloc(16 * 1024 * 1024))
    res.on('close', () => setImmediate(add))
    socket.resetAndDestroy()
  }, '/')
  await vi.waitFor(() => expect(outcomes['/']).toMatchObject({ sent: false }), 20_000)
})

it('a first task for a queued answer whose connection is dead runs, not sent', async () => {
  const outcomes = await serve(
    (req, res, add) => {
      if (req.url === '/1') return // hangs, so that the next answer stays queued
      socket.resetAndDestroy()
      req.socket.on('close', () => {
        res.end('queued')
        setImmediate(add)
      })
    },
    '/1',
    '/2',
  )
  await vi.waitFor(
    () => expect(outcomes).toEqual({ '/2': { sent: false, status: undefined } }),
    20_000,
  )
})

it('of several queued answers each is told when the connection dies, one having been sent', async () => {
  const answers: (() => void)[] = []
  const outcomes = await serve(
    (req, res, add) => {
      add()
      if (req.url === '/2') res.on('finish', () => setImmediate(() => socket.resetAndDestroy()))
      if (req.url === '/1' || req.url === '/2') answers.push(() => res.end('ok'))
      // The others are never answered: /3 has the connection when it dies, /4 and /5 are queued.
      if (req.url === '/5') for (const answer of answers) answer()
    },
    '/1',
    '/2',
    '/3',
    '/4',
    '/5',
  )
  await vi.waitFor(() => expect(Object.keys(outcomes)).toHaveLength(5), 20_000)
  const lost: Outcome = { sent: false, status: undefined }
  expect(outcomes).toEqual({ '/1': sent, '/2': sent, '/3': lost, '/4': lost, '/5': lost })
})

it('leaves no listener behind', async () => {
  let response: http.ServerResponse | undefined
  const outcomes = await serve(
    (req, res, add) => {
      add()
      if (req.url === '/2') response = res
      res.end('ok')
    },
    '/1',
    '/2',
  )
  await vi.waitFor(() => expect(Object.keys(outcomes)).toHaveLength(2), 20_000)
  const bare = new http.ServerResponse(response?.req as http.IncomingMessage)
  for (const event of ['finish', 'close']) {
    expect(response?.listenerCount(event)).toBeLessThanOrEqual(bare.listenerCount(event) + 1) // Node's
  }
  expect(response?.listeners('close').map(({ name }) => name)).not.toContain('onClose')
  expect(response?.req.socket.listeners('close').map(({ name }) => name)).not.toContain(
    'onSocketClose',
  )
})
