import { AsyncResource } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import type { Gate } from './access.js'
import type { Collector } from './collector.js'
import type { Exchange } from './exchange.js'
import type { Access } from './options.js'
import type { QuietLog } from './quiet-log.js'
import { rootScope, startInterval } from './root-scope.js'
import { Stream } from './stream.js'
import type { View } from './view.js'

const MOST = 20
const EVERY_MS = 500
/** A batch that took longer is followed by a pause: no more than 0.05 % of the time is the page's. */
const DEAR_MS = EVERY_MS / 2_000
const BEAT_MS = 15_000
const ASK_MS = 30_000

interface Viewer {
  readonly stream: Stream
  readonly exchange: Exchange
  /** The async context of its request: whom `authorize` sees there is who looks. */
  readonly scope: AsyncResource
  access: Access
  askedAt: number
  isAsking: boolean
}

/** The pages that are open. While there is one, all get what has changed, twice a second. */
export class Viewers {
  readonly #collector: Collector
  readonly #view: View
  readonly #gate: Gate
  readonly #log: QuietLog
  readonly #viewers = new Set<Viewer>()
  #timer: NodeJS.Timeout | undefined
  #beatAt = 0
  #isResting = false

  constructor(collector: Collector, view: View, gate: Gate, log: QuietLog) {
    this.#collector = collector
    this.#view = view
    this.#gate = gate
    this.#log = log
  }

  get size(): number {
    return this.#viewers.size
  }

  get isFull(): boolean {
    return this.#viewers.size >= MOST
  }

  add(exchange: Exchange, access: Access): void {
    const { req, res } = exchange
    const stream = new Stream(req, res)
    const scope = new AsyncResource('BackgrounderMonitorViewer')
    const askedAt = performance.now()
    const viewer: Viewer = { stream, exchange, scope, access, askedAt, isAsking: false }
    // What is asked of an engine here is not this visitor's.
    if (this.#viewers.size === 0) rootScope.runInAsyncScope(() => this.#open())
    this.#viewers.add(viewer)
    onceClosed(res, () => this.#remove(viewer))
    stream.tell('access', access)
    stream.send(undefined, () => this.#view.full)
  }

  /** Tells what has changed, before it is time to. */
  tell(): void {
    if (this.#viewers.size > 0) rootScope.runInAsyncScope(() => this.#tick())
  }

  /** Lets go of all: whoever closes a server waits for each. */
  endAll(reason: string): void {
    for (const viewer of [...this.#viewers]) this.#end(viewer, reason)
  }

  /** From now on it is no viewer, though its connection may take a moment to close. */
  #end(viewer: Viewer, reason: string): void {
    this.#remove(viewer)
    viewer.stream.end(reason)
  }

  #open(): void {
    this.#view.open()
    this.#beatAt = performance.now()
    this.#timer = startInterval(() => this.#tickOrRest(), EVERY_MS)
  }

  #remove(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer) || this.#viewers.size > 0) return
    clearInterval(this.#timer)
    this.#view.close()
  }

  #tickOrRest(): void {
    const began = performance.now()
    if (!this.#isResting) this.#tick()
    this.#isResting = !this.#isResting && performance.now() - began > DEAR_MS
  }

  /** Never throws: it is called by a timer, and by whoever drains. */
  #tick(): void {
    const now = performance.now()
    const isBeat = now - this.#beatAt >= BEAT_MS
    if (isBeat) this.#beatAt = now
    let changes: string | undefined
    this.#contain(() => {
      changes = this.#view.changes()
    }, [...this.#viewers])
    let full: string | undefined
    for (const viewer of [...this.#viewers]) {
      const { stream } = viewer
      this.#contain(() => {
        if (stream.isGone) return this.#remove(viewer)
        if (stream.isClosing && !this.#collector.isDraining) return this.#end(viewer, 'closed')
        if (isBeat) stream.beat()
        if (now - viewer.askedAt >= ASK_MS) void this.#askAgain(viewer, now) // never rejects
        stream.send(changes, () => {
          full ??= this.#view.full
          return full
        })
      }, [viewer])
    }
  }

  /** What cannot be told now is told as soon as it can. */
  #contain(tell: () => void, viewers: readonly Viewer[]): void {
    try {
      tell()
    } catch (error) {
      for (const { stream } of viewers) stream.miss()
      this.#log('the page of monitor', error)
    }
  }

  async #askAgain(viewer: Viewer, now: number): Promise<void> {
    if (viewer.isAsking) return
    viewer.isAsking = true
    viewer.askedAt = now
    const answer = viewer.scope.runInAsyncScope(() => this.#gate.ask(viewer.exchange))
    // Who cannot be asked for is let in no longer.
    const access = await answer.catch(() => false as const)
    viewer.isAsking = false
    if (access === viewer.access || !this.#viewers.has(viewer)) return
    viewer.access = access
    if (access) viewer.stream.tell('access', access)
    else this.#end(viewer, 'forbidden')
  }
}

function onceClosed(res: ServerResponse, callback: () => void): void {
  if (res.closed || res.destroyed) callback()
  else res.once('close', callback)
}
