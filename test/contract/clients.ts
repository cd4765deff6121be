import http from 'node:http'
import net from 'node:net'

export interface Answer {
  readonly status: number | undefined
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** A whole request and its whole answer, on a connection of its own unless an agent is given. */
export function request(port: number, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = http.request({ host: '127.0.0.1', port, agent: false, ...options }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk) => chunks.push(chunk))
      res.on('end', () =>
        resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks) }),
      )
      res.on('error', reject)
    })
    req.on('error', reject)
    req.end()
  })
}

/** A bare connection that has sent its requests all at once, and reads only when told to. */
export function connect(port: number, ...paths: string[]): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true }, () => {
      for (const path of paths) socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      socket.on('error', () => {})
      resolve(socket)
    })
    socket.on('error', reject)
  })
}

/** How a client leaves: with a reset, or with an orderly FIN. */
export const waysToLeave = {
  RST: (socket: net.Socket) => socket.resetAndDestroy(),
  FIN: (socket: net.Socket) => socket.destroy(),
} as const
