import { setTimeout as sleep } from 'node:timers/promises'

/** A request, and what it leads to. */
type Send = (server: string, id: number) => Promise<unknown>

const post = (path: string): Send => {
  return (server, id) => ask('POST', `${server}/${path.replace(':id', `${id}`)}`)
}

async function ask(method: string, url: string): Promise<void> {
  const { body } = await fetch(url, { method, signal: AbortSignal.timeout(5_000) })
  await body?.cancel()
}

/** Started, and not wanted any more. */
const cancelled: Send = async (server, id) => {
  await ask('POST', `${server}/exports/${id}`)
  await sleep(700)
  await ask('DELETE', `${server}/exports/${id}`)
}

// A few of each, so that every kind of row is on the page in a second or two.
const round: readonly Send[] = [
  post('signup'),
  post('orders/:id'),
  post('photos/:id'),
  post('reports/:id'),
  post('webhooks/:id'),
  cancelled,
  post('invoices/:id'),
  post('signup?taken'),
  post('orders/:id'),
  post('signup'),
]

/** So many requests, and no more: 20 s of them. */
const REQUESTS = 400
const EVERY_MS = 50

/** Sample traffic for the three servers in turn, bounded in count and in time. */
export class Traffic {
  readonly #servers: readonly string[]
  #running: Promise<void> | undefined
  #isStopped = false

  constructor(servers: readonly string[]) {
    this.#servers = servers
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Begins; while it is under way there is no second one. Whether it has begun. */
  start(): boolean {
    if (this.#running || this.#isStopped) return false
    this.#running = this.#send().finally(() => {
      this.#running = undefined
    })
    return true
  }

  /** For the end of the process: what was sent is answered, and no more is sent. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  async #send(): Promise<void> {
    const sent: Promise<unknown>[] = []
    for (let id = 1; id <= REQUESTS && !this.#isStopped; id++) {
      const server = this.#servers[id % this.#servers.length] as string
      const send = round[Math.floor(id / this.#servers.length) % round.length] as Send
      // A server that stops answers some of them no more: that is what this traffic is for.
      sent.push(send(server, id).catch(() => {}))
      await sleep(EVERY_MS)
    }
    await Promise.all(sent)
  }
}
