import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request for something of the page. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** What the framework made of the request. */
  readonly context: unknown
  /** Below the mount: `/`, `/events`; empty without the slash after the mount. */
  readonly path: string
  /** As the client sent it, with its query. */
  readonly url: string
  /** What somebody has read and parsed before. */
  readonly body: unknown
}

const headers = {
  'cache-control': 'no-store, no-transform',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** What is sent when there is nothing to be said of why. */
const words: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Begins the answer. */
export function begin(
  { res }: Exchange,
  status: number,
  type: string,
  more: Readonly<Record<string, string>> = {},
): void {
  res.writeHead(status, { ...headers, 'content-type': type, ...more })
}

/** The connection ends with this answer. HTTP/2 has no such header. */
export function closing({ req }: Exchange): Readonly<Record<string, string>> {
  return req.httpVersionMajor < 2 ? { connection: 'close' } : {}
}

/** Answers by a status, and its name or a sentence. */
export function refuse(
  exchange: Exchange,
  status: number,
  more?: Readonly<Record<string, string>>,
  text: string | undefined = words[status],
): void {
  begin(exchange, status, 'text/plain; charset=utf-8', more)
  exchange.res.end(exchange.req.method === 'HEAD' ? undefined : `${text}\n`)
}

export function sendJson(exchange: Exchange, status: number, body: unknown): void {
  begin(exchange, status, 'application/json; charset=utf-8')
  exchange.res.end(JSON.stringify(body))
}
