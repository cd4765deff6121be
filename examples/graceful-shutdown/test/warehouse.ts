import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A warehouse that answers when it is told to. */
export class Warehouse {
  /** What it was asked for, in order. */
  readonly asked: string[] = []
  readonly #held = new Map<string, http.ServerResponse>()
  readonly #isOpen = new Set<string>()
  readonly #server = http.createServer((req, res) => {
    const [, what = '', id = ''] = (req.url ?? '').split('/')
    this.asked.push(`${what} ${id}`)
    if (this.#isOpen.has(what)) res.end()
    else this.#held.set(`${what} ${id}`, res)
  })

  /** Starts it, and returns its URL. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    onTestFinished(() => {
      this.#server.close()
      this.#server.closeAllConnections()
    })
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  count(what: string): number {
    return this.asked.filter((asked) => asked.startsWith(`${what} `)).length
  }

  /** Answers what it was asked for, and from now on at once. */
  open(what: 'reserve' | 'ship'): void {
    this.#isOpen.add(what)
    for (const [asked, res] of this.#held) {
      if (!asked.startsWith(`${what} `)) continue
      this.#held.delete(asked)
      res.end()
    }
  }

  /** From now on it takes its time again. */
  hold(what: 'reserve' | 'ship'): void {
    this.#isOpen.delete(what)
  }
}
