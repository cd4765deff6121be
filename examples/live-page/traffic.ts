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

// Of each kind one within two seconds. Eleven, which shares no divisor with what fails by its number.
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
  post('webhooks/:id'),
  post('signup'),
]

/** So many to each server, and no more: 20 s of them. */
const REQUESTS = 132
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

  /** @throws Error while it is under way: the page tells whoever has pressed the button once more. */
  start(): void {
    if (this.isRunning) throw new Error('It is under way already')
    this.#running = this.#send().finally(() => {
      this.#running = undefined
    })
  }

  /** For the end of the process: what was sent is answered, and no more is sent. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  async #send(): Promise<void> {
    const sent: Promise<unknown>[] = []
    for (let id = 0; id < REQUESTS; id++) {
      const send = round[id % round.length] as Send
      for (const server of this.#servers) {
        if (this.#isStopped) break
        // A server that is stopped refuses some of them: that is no trouble of the traffic's.
        sent.push(send(server, id).catch(() => {}))
        await sleep(EVERY_MS)
      }
    }
    await Promise.all(sent)
  }
}
