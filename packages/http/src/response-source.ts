import { Duplex } from 'node:stream'
import type { Outcome, RequestInfo, ResponseObserver, ResponseSource } from '@backgrounder/core'
import { isHttp2, outcome, type Response, trackResponse } from './response-tracker.js'

/** What a request tells of itself: a node:http request, or the framework's own around it. */
export interface Describable {
  readonly id?: unknown
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** The URL before a router has cut off the part that it was mounted on. */
  readonly originalUrl?: string | undefined
}

/** What a collector asks of any request and response of Node. */
export const responses: ResponseSource<Describable, Response> = {
  describe,
  observe: trackResponse,
}

/**
 * The same for one app, which is told when it closes. What is answered in the process, as
 * `fastify.inject` does it, has no connection that closes with the server: one that is never
 * answered would hold the app's drain.
 */
export class AppResponses implements ResponseSource<Describable, Response> {
  readonly describe: typeof describe
  readonly #injected = new Set<ResponseObserver>()

  /** Another function may note of a request what an adapter needs later. */
  constructor(own: typeof describe = describe) {
    this.describe = own
  }

  observe(res: Response, observer: ResponseObserver): Outcome | undefined {
    if (isHttp2(res) || res.req.socket instanceof Duplex) return trackResponse(res, observer)
    // It keeps its socket when it is over, by which the tracker knows any other.
    if (res.destroyed) return outcome(res, res.writableEnded)
    const injected = this.#injected
    const once: ResponseObserver = {
      responseOver(outcome) {
        if (injected.delete(once)) observer.responseOver(outcome)
      },
    }
    const over = trackResponse(res, once)
    if (!over) injected.add(once)
    return over
  }

  /** What has no connection and is not answered yet is over: not sent. */
  loseInjected(): void {
    for (const observer of this.#injected) observer.responseOver(lost)
  }
}

const lost: Outcome = Object.freeze({ sent: false, status: undefined })

/** What is kept of a request: strings, and nothing of itself. */
export function describe({ id, method, url, originalUrl }: Describable): RequestInfo {
  return {
    id: typeof id === 'number' ? String(id) : text(id),
    method: text(method),
    url: text(originalUrl) ?? text(url),
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
