import http from 'node:http'
import type { AddressInfo } from 'node:net'
import createFastify from 'fastify'
import onFinished from 'on-finished'
import { afterEach, expect, it } from 'vitest'
import { connect } from './contract/clients/http1.js'
import { turns, until } from './contract/row.js'

// on-finished is the yardstick of our tests and not our trigger. Each misfire that is the reason
// stands here as it is in the version that we have pinned: the day one is mended, its test goes red.

const big = Buffer.alloc(16 * 1024 * 1024, 'x')
let stop: (() => unknown) | undefined
afterEach(() => stop?.())

async function serve(handler: http.RequestListener): Promise<number> {
  const server = http.createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return (server.address() as AddressInfo).port
}

it('fires before the bytes are out when it is attached after res.end(big)', async () => {
  let flushedAtFire: boolean | undefined
  const port = await serve((_req, res) => {
    res.end(big)
    onFinished(res, () => {
      flushedAtFire = res.writableFinished
    })
  })
  await connect(port, '/') // and reads nothing
  await until(() => flushedAtFire !== undefined)
  expect(flushedAtFire).toBe(false)
})

it('never fires for an answer that is queued when its pipelined connection dies', async () => {
  const fired: string[] = []
  let handled = 0
  const port = await serve((req, res) => {
    onFinished(res, () => fired.push(req.url ?? ''))
    handled += 1
    if (req.url === '/2') res.end('queued behind the first, which never answers')
  })
  const socket = await connect(port, '/1', '/2')
  await until(() => handled === 2)
  socket.resetAndDestroy()
  await until(() => fired.length > 0)
  await turns(100)
  expect(fired).toEqual(['/1'])
})

const endings: Record<
  string,
  (socket: Awaited<ReturnType<typeof connect>>, res: http.ServerResponse) => void
> = {
  'a FIN': (socket) => socket.destroy(),
  'res.destroy()': (_socket, res) => res.destroy(),
  'a timeout': (_socket, res) => res.req.setTimeout(1),
}

it.each(Object.entries(endings))(
  'has no error for %s: it cannot tell sent from lost',
  async (_name, end) => {
    let fired: { error: Error | null | undefined } | undefined
    let response: http.ServerResponse | undefined
    const port = await serve((_req, res) => {
      response = res
      onFinished(res, (error) => {
        fired = { error }
      })
    })
    const socket = await connect(port, '/')
    await until(() => response !== undefined)
    end(socket, response as http.ServerResponse)
    await until(() => fired !== undefined)
    expect(fired?.error ?? undefined).toBeUndefined()
    expect(response?.writableEnded).toBe(false)
  },
)

it("Fastify's onResponse does not run when the client goes away before the answer", async () => {
  let handled = false
  let closed = false
  let ran = false
  const app = createFastify({ forceCloseConnections: true })
  app.addHook('onResponse', async () => {
    ran = true
  })
  app.get('/', (_request, reply) => {
    handled = true
    reply.raw.on('close', () => {
      closed = true
    })
    return new Promise(() => {})
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  stop = () => app.close()
  const socket = await connect((app.server.address() as AddressInfo).port, '/')
  await until(() => handled)
  socket.resetAndDestroy()
  await until(() => closed)
  await turns(100)
  expect(ran).toBe(false)
})
