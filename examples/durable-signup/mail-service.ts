import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** Stands in for a mail service that takes a second, and sends what has the same key once. */
export class MailService {
  /** Who was sent a mail, in order. */
  readonly sent: string[] = []
  /** How often it was asked. */
  asked = 0
  /** Resolves when it may go on with what it was asked for. */
  pace: () => Promise<unknown> = () => new Promise((resolve) => setTimeout(resolve, 1_000))
  readonly #keys = new Set<unknown>()
  readonly #server = http.createServer(async (req, res) => {
    const { to } = (await json(req)) as { to: string }
    this.asked += 1
    await this.pace()
    if (res.destroyed) return // whoever asked has gone: nothing is sent
    const key = req.headers['idempotency-key']
    if (!this.#keys.has(key)) this.sent.push(to)
    this.#keys.add(key)
    res.end()
  })

  /** Starts it, and returns its URL. */
  async start(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
