import { once } from 'node:events'
import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { expect } from 'vitest'
import { connectBare } from '../clients/http1.js'
import { isOver } from '../framework.js'
import { noUpgrade } from '../not.js'
import { type Row, turns, until } from '../row.js'

const asksForUpgrade = [
  'GET /chat HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n')

const switches =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

/** A connection that leaves HTTP. */
export const upgradeRows: Row[] = [
  {
    name: "an upgrade with an 'upgrade' listener: no handler, no collector",
    mark: 'B',
    not: noUpgrade,
    async run(stage) {
      let handled = 0
      const app = await stage.start((x) => {
        handled += 1
        x.send('ok')
      })
      const symbols: number[] = []
      app.server.on('upgrade', (req: IncomingMessage, socket: Socket) => {
        symbols.push(...[req, socket].map((each) => ours(each)))
        socket.end(switches)
      })
      const socket = await connectBare(app.port, asksForUpgrade)
      const [data] = await once(socket, 'data')
      await turns(20)
      expect(String(data)).toBe(switches)
      expect([handled, symbols, app.runner?.stats.pending ?? 0]).toEqual([0, [0, 0], 0])
      socket.destroy()
    },
  },
  {
    name: "an upgrade without an 'upgrade' listener is a request like any other: once",
    mark: 'B',
    not: noUpgrade,
    async run(stage) {
      const recorder = stage.recorder()
      const app = await stage.start((x) => {
        x.tasks.addTask(recorder.task(x))
        x.send('no websockets here')
      })
      const socket = await connectBare(app.port, asksForUpgrade)
      socket.resume()
      await until(() => recorder.ran.length > 0)
      await turns(20)
      expect(recorder.ran).toEqual([{ sent: true, status: 200, flushed: true }])
      socket.destroy()
    },
  },
  {
    name: 'the tasks of a websocket route run when its socket closes: once, not sent',
    mark: 'B',
    not: noUpgrade,
    async run(stage) {
      const recorder = stage.recorder()
      let res: ServerResponse | undefined
      const app = await stage.start((x) => {
        x.tasks.addTask(recorder.task(x))
        res = x.res
        x.takeOver()
        x.req.socket.write(switches)
        return new Promise(() => {})
      })
      // As @fastify/websocket gives an upgrade to its route: with a response on the same socket.
      app.server.on('upgrade', (req: IncomingMessage, socket: Socket) => {
        socket.resume().on('end', () => socket.end())
        const response = new ServerResponse(req)
        response.assignSocket(socket)
        app.server.emit('request', req, response)
      })
      const socket = await connectBare(app.port, asksForUpgrade)
      const [data] = await once(socket, 'data')
      expect(String(data)).toBe(switches)
      await turns(20)
      expect(recorder.ran).toEqual([])
      expect(isOver(res as ServerResponse)).toBe(false)
      socket.destroy()
      await until(() => recorder.ran.length > 0)
      await turns(20)
      expect(recorder.ran).toEqual([expect.objectContaining({ sent: false, flushed: true })])
    },
  },
]

/** How many symbols of ours an object has. */
function ours(object: object): number {
  return Object.getOwnPropertySymbols(object).filter((symbol) =>
    String(symbol.description).startsWith('backgrounder'),
  ).length
}
