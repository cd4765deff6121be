import { once } from 'node:events'
import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import net from 'node:net'
import type { Answer, Asked, Client, Connection } from './client.js'

/** A session on a connection of our own, which can be reset. */
export interface Session {
  readonly session: ClientHttp2Session
  readonly streams: ClientHttp2Stream[]
  readonly socket: net.Socket
}

/** A session with a stream for each path; nothing of a body is read. */
export async function openSession(port: number, ...paths: string[]): Promise<Session> {
  const socket = net.connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  const session = http2.connect(`http://127.0.0.1:${port}`, { createConnection: () => socket })
  session.on('error', () => {})
  // With nothing on its way a client that leaves sends a FIN; otherwise the kernel makes it a reset.
  await Promise.all([once(session, 'remoteSettings'), once(session, 'localSettings')])
  const streams = paths.map((path) => {
    const stream = session.request({ ':path': path })
    return stream.on('error', () => {})
  })
  return { session, streams, socket }
}

function ask(
  session: ClientHttp2Session,
  { path = '/', method = 'GET', headers: own, body }: Asked = {},
) {
  return new Promise<Answer>((resolve, reject) => {
    const stream = session.request({ ':path': path, ':method': method, ...own })
    const chunks: Buffer[] = []
    let headers: Record<string, unknown> = {}
    stream.on('response', (received) => {
      headers = received
    })
    stream.on('data', (chunk) => chunks.push(chunk))
    stream.on('end', () =>
      resolve({ status: headers[':status'] as number, headers, body: Buffer.concat(chunks) }),
    )
    stream.on('error', reject)
    if (body) void body.then((text) => stream.end(text))
    else stream.end()
  })
}

export const http2Client: Client = {
  async request(port, asked) {
    const { session } = await openSession(port)
    try {
      return await ask(session, asked)
    } finally {
      session.close()
    }
  },
  async connect(port, ...paths): Promise<Connection> {
    const { session, streams, socket } = await openSession(port, ...paths)
    return {
      resume: () => {
        for (const stream of streams) stream.resume()
      },
      someData: () => once(streams[0] as ClientHttp2Stream, 'data'),
      reset() {
        socket.resetAndDestroy()
        session.destroy()
      },
      destroy() {
        socket.destroy()
        session.destroy()
      },
    }
  },
  async keepAlive(port) {
    const { session } = await openSession(port)
    return { request: (asked) => ask(session, asked), close: () => session.close() }
  },
}
