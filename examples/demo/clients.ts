import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from './ledger.js'

const host = '127.0.0.1'
const patience = 2_000

/** Sends all clients at once; ends when each has its answer, or has hung up. */
export async function sendClients(port: number, ledger: Ledger): Promise<void> {
  await Promise.all([
    ask(port, ledger, 'signs up', '/signup'),
    hangUp(port, ledger, 'hangs up early', '/booking', 40),
    ask(port, ledger, 'meets a bug', '/bug'),
    ask(port, ledger, 'orders', '/order'),
    ask(port, ledger, 'uploads a photo', '/photo'),
    askTwice(port, ledger),
  ])
}

/** The second request goes out on the connection of the first, whose task still runs. */
async function askTwice(port: number, ledger: Ledger): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  await ask(port, ledger, 'wants a report', '/report', agent)
  await ask(port, ledger, ' ↳ same socket', '/news', agent)
  agent.destroy()
}

async function ask(
  port: number,
  ledger: Ledger,
  client: string,
  path: string,
  agent: http.Agent | false = false,
): Promise<void> {
  const visit = ledger.visit(client, path)
  const signal = AbortSignal.timeout(patience)
  const request = http.request({ host, port, path, method: 'POST', agent, signal }).end()
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  await once(response.resume(), 'end')
  visit.end = ledger.now()
  visit.status = response.statusCode
}

async function hangUp(
  port: number,
  ledger: Ledger,
  client: string,
  path: string,
  ms: number,
): Promise<void> {
  const visit = ledger.visit(client, path)
  const socket = net.connect({ host, port })
  socket.write(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`)
  await sleep(ms)
  socket.resetAndDestroy()
  visit.end = ledger.now()
}
