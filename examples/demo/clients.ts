import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from './ledger.js'

const host = '127.0.0.1'

/** One request that nobody writes down: the first one of a server is slow. */
export async function warmUp(port: number): Promise<void> {
  await post(port, '/nothing-here')
}

/** Sends all clients at once; ends when each has its answer, or has hung up. */
export async function sendClients(port: number, ledger: Ledger): Promise<void> {
  await Promise.all([
    ask(ledger, port, '/signup', 'signs up'),
    hangUp(ledger, port, '/booking', 'hangs up early'),
    ask(ledger, port, '/bug', 'meets a bug'),
    ask(ledger, port, '/order', 'orders'),
    ask(ledger, port, '/photo', 'uploads a photo'),
    askTwice(ledger, port),
  ])
}

async function ask(
  ledger: Ledger,
  port: number,
  path: string,
  name: string,
  agent?: http.Agent,
): Promise<void> {
  const visit = ledger.visit(name, path)
  visit.status = await post(port, path, agent)
  visit.end = ledger.now()
}

/** Leaves while the handler is still busy. */
async function hangUp(ledger: Ledger, port: number, path: string, name: string): Promise<void> {
  const visit = ledger.visit(name, path)
  const socket = net.connect({ host, port })
  socket.write(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`)
  await sleep(40)
  socket.resetAndDestroy()
  visit.end = ledger.now()
}

/** The second request goes out on the connection of the first, whose task is still running. */
async function askTwice(ledger: Ledger, port: number): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  await ask(ledger, port, '/report', 'wants a report', agent)
  await ask(ledger, port, '/news', ' ↳ same socket', agent)
  agent.destroy()
}

async function post(port: number, path: string, agent?: http.Agent): Promise<number | undefined> {
  const signal = AbortSignal.timeout(2_000)
  const options = { host, port, path, method: 'POST', agent: agent ?? false, signal }
  const [response] = await once(http.request(options).end(), 'response')
  await once(response.resume(), 'end')
  return response.statusCode
}
