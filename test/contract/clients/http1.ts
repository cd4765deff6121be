import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import type { Answer, Asked, Client, Connection } from './client.js'

export function request(port: number, { body, ...asked }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = http.request({ host: '127.0.0.1', port, agent: false, ...asked }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk) => chunks.push(chunk))
      res.on('end', () =>
        resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks) }),
      )
      res.on('error', reject)
    })
    req.on('error', reject)
    if (!body) req.end()
    else {
      req.flushHeaders()
      void body.then((text) => req.end(text))
    }
  })
}

/** A bare connection on which these bytes have been sent. */
export function connectBare(port: number, bytes: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true }, () => {
      socket.write(bytes)
      socket.on('error', () => {})
      resolve(socket)
    })
    socket.on('error', reject)
  })
}

/** A bare connection that has sent its requests all at once, and reads only when told to. */
export function connect(port: number, ...paths: string[]): Promise<net.Socket> {
  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  return connectBare(port, requests.join(''))
}

export const http1: Client = {
  request,
  async connect(port, ...paths): Promise<Connection> {
    const socket = await connect(port, ...paths)
    return {
      resume: () => socket.resume(),
      someData: () => once(socket, 'data'),
      reset: () => socket.resetAndDestroy(),
      destroy: () => socket.destroy(),
    }
  },
  async keepAlive(port) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    return { request: (asked) => request(port, { agent, ...asked }), close: () => agent.destroy() }
  },
}
