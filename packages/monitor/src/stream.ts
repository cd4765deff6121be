import type { IncomingMessage, ServerResponse } from 'node:http'

/** What is open of a page: its server-sent events. */
export class Stream {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse & { flush?: () => void }
  /** It has not read what it was sent. */
  #isBehind = false
  /** It has missed something, and needs all. */
  #isLost = true

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req
    this.#res = res
    res.on('drain', () => {
      this.#isBehind = false
    })
  }

  /** Whether its server takes no more connections: then it waits for this one. */
  get isClosing(): boolean {
    const { server } = this.#req.socket as { server?: { listening?: boolean } }
    return server?.listening === false
  }

  /** Sends what has changed, or all to one that has missed something. One that is slow gets nothing. */
  send(changes: string | undefined, full: () => string): void {
    if (this.#isBehind) {
      this.#isLost ||= changes !== undefined
      return
    }
    if (this.#isLost) this.#write('full', full())
    else if (changes !== undefined) this.#write('changes', changes)
    this.#isLost = false
  }

  tell(event: 'access' | 'end', data: unknown): void {
    this.#write(event, JSON.stringify(data))
  }

  beat(): void {
    if (!this.#isBehind) this.#res.write(':\n\n')
  }

  end(reason: string): void {
    if (this.#res.writableEnded) return
    if (!this.#isBehind) this.tell('end', { reason })
    this.#res.end()
    // What is not read is not waited for.
    if (this.#isBehind) this.#res.destroy()
  }

  #write(event: string, data: string): void {
    if (this.#res.writableEnded || this.#res.destroyed) return
    this.#isBehind = !this.#res.write(`event: ${event}\ndata: ${data}\n\n`)
    // `compression` holds back what is not flushed.
    this.#res.flush?.()
  }
}
