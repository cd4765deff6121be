import type { IncomingMessage, ServerResponse } from 'node:http'
import { startTimer } from './root-scope.js'

/** How long the last words may take to be read. */
const END_MS = 500
/** What has not been read for so long is not just being sent. */
const STALLED_MS = 100

/** What is open of a page: its server-sent events. */
export class Stream {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse & { flush?: () => void }
  /** It has not read what it was sent. */
  #isBehind = false
  /** It has missed something, and needs all. */
  #isLost = true
  /** `res` may know of it later: `compression` ends it when all is compressed. */
  #isEnded = false
  #wroteAt = 0

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req
    this.#res = res
    res.on('drain', () => {
      this.#isBehind = false
    })
    // A connection that breaks is closed; without a listener it would end the process.
    res.on('error', () => {})
  }

  /** Whether its connection is: what waits there for its turn is not told. */
  get isGone(): boolean {
    return this.#req.httpVersionMajor < 2 && this.#req.socket.destroyed
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
    if (this.#isLost) this.#tell('full', full())
    else if (changes !== undefined) this.#tell('changes', changes)
    this.#isLost = false
  }

  /** What has changed could not be told. */
  miss(): void {
    this.#isLost = true
  }

  tell(event: 'access' | 'end', data: unknown): void {
    this.#tell(event, JSON.stringify(data))
  }

  beat(): void {
    if (!this.#isBehind) this.#write(':\n\n')
  }

  /** Whoever stops a server waits for it, and so it waits for no reader. */
  end(reason: string): void {
    if (this.#isEnded) return
    const res = this.#res
    const isStalled = res.writableLength > 0 && performance.now() - this.#wroteAt > STALLED_MS
    if (!isStalled) this.tell('end', { reason })
    this.#isEnded = true
    if (isStalled) {
      res.destroy()
      return
    }
    res.end()
    const timer = startTimer(() => res.destroy(), END_MS)
    res.once('close', () => clearTimeout(timer))
  }

  #tell(event: string, data: string): void {
    this.#write(`event: ${event}\ndata: ${data}\n\n`)
  }

  #write(text: string): void {
    if (this.#isEnded || this.#res.writableEnded || this.#res.destroyed) return
    this.#isBehind = !this.#res.write(text)
    this.#wroteAt = performance.now()
    // `compression` holds back what is not flushed.
    this.#res.flush?.()
  }
}
