import type { ServerResponse } from 'node:http'
import type { Collector } from './collector.js'
import type { Exchange } from './exchange.js'
import type { Access } from './options.js'
import { Stream } from './stream.js'
import type { View } from './view.js'

const MOST = 20
const EVERY_MS = 500
const BEAT_MS = 15_000
const ASK_MS = 30_000
/** How soon a page lets go of a server that has drained. */
const DRAIN_MS = 50

interface Viewer {
  readonly stream: Stream
  readonly exchange: Exchange
  access: Access
  askedAt: number
}

/** The pages that are open. While there is one, all get what has changed, twice a second. */
export class Viewers {
  readonly #collector: Collector
  readonly #view: View
  readonly #ask: (exchange: Exchange) => Promise<Access>
  readonly #viewers = new Set<Viewer>()
  #timer: NodeJS.Timeout | undefined
  #drainTimer: NodeJS.Timeout | undefined
  #beatAt = 0

  constructor(collector: Collector, view: View, ask: (exchange: Exchange) => Promise<Access>) {
    this.#collector = collector
    this.#view = view
    this.#ask = ask
    collector.onDrain = () => {
      if (this.#viewers.size > 0) this.#tick()
      this.#watchDrain()
    }
  }

  get isFull(): boolean {
    return this.#viewers.size >= MOST
  }

  add(exchange: Exchange, access: Access): void {
    const { req, res } = exchange
    const stream = new Stream(req, res)
    const viewer: Viewer = { stream, exchange, access, askedAt: performance.now() }
    if (this.#viewers.size === 0) this.#open()
    this.#viewers.add(viewer)
    onceClosed(res, () => this.#remove(viewer))
    stream.tell('access', access)
    stream.send(undefined, () => this.#view.full)
    this.#watchDrain()
  }

  /** Lets go of all: whoever closes a server waits for each. */
  endAll(reason: string): void {
    for (const { stream } of [...this.#viewers]) stream.end(reason)
  }

  #open(): void {
    this.#view.open()
    this.#beatAt = performance.now()
    this.#timer = setInterval(() => this.#tick(), EVERY_MS).unref()
  }

  #remove(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer) || this.#viewers.size > 0) return
    clearInterval(this.#timer)
    clearInterval(this.#drainTimer)
    this.#drainTimer = undefined
    this.#view.close()
  }

  #tick(): void {
    const now = performance.now()
    const changes = this.#view.changes()
    const isBeat = now - this.#beatAt >= BEAT_MS
    if (isBeat) this.#beatAt = now
    let full: string | undefined
    for (const viewer of [...this.#viewers]) {
      const { stream } = viewer
      if (stream.isClosing && !this.#isDraining) {
        stream.end('closed')
        continue
      }
      stream.send(changes, () => {
        full ??= this.#view.full
        return full
      })
      if (isBeat) stream.beat()
      if (now - viewer.askedAt >= ASK_MS) void this.#askAgain(viewer, now) // never rejects
    }
  }

  async #askAgain(viewer: Viewer, now: number): Promise<void> {
    viewer.askedAt = now
    const access = await this.#ask(viewer.exchange).catch(() => false as const)
    if (access === viewer.access) return
    viewer.access = access
    if (access) viewer.stream.tell('access', access)
    else viewer.stream.end('forbidden')
  }

  /** A drain is shown until nothing is pending, and then holds no server because a page is open. */
  #watchDrain(): void {
    if (this.#drainTimer || this.#viewers.size === 0 || !this.#isDraining) return
    this.#drainTimer = setInterval(() => {
      if (this.#isDraining && this.#isPending) return
      clearInterval(this.#drainTimer)
      this.#drainTimer = undefined
      this.#tick()
      this.endAll('drained')
    }, DRAIN_MS).unref()
  }

  get #isDraining(): boolean {
    return this.#collector.watched.some(({ drains }) => drains > 0)
  }

  get #isPending(): boolean {
    return this.#collector.watched.some(
      ({ drains, runner }) => drains > 0 && runner.stats.pending > 0,
    )
  }
}

function onceClosed(res: ServerResponse, callback: () => void): void {
  if (res.closed || res.destroyed) callback()
  else res.once('close', callback)
}
