import { randomBytes } from 'node:crypto'
import { Unanswered } from './access.js'
import { act, isFromPage, isSameOrigin } from './action.js'
import { begin, closing, type Exchange, refuse } from './exchange.js'
import type { Access } from './options.js'
import { page } from './page.js'
import type { Site } from './site.js'

const CLOSED = 'This page was closed by its application'

/** Answers a request; never rejects. */
export async function serve(site: Site, exchange: Exchange): Promise<void> {
  try {
    await route(site, exchange)
  } catch (error) {
    const { res } = exchange
    if (res.headersSent) res.destroy()
    else if (error instanceof Unanswered) refuse(exchange, 503, closing(exchange))
    else refuse(exchange, 500)
  }
}

async function route(site: Site, exchange: Exchange): Promise<void> {
  const { path, req, res } = exchange
  if (site.isClosed) return refuse(exchange, 503, {}, CLOSED)
  const access = await site.ask(exchange)
  if (!access) return refuse(exchange, 403)
  if (res.destroyed) return // it has gone meanwhile
  if (site.isClosed) return refuse(exchange, 503, {}, CLOSED)
  switch (path) {
    case '':
    case '/':
      if (!isRead(exchange)) return refuse(exchange, 405, { allow: 'GET, HEAD' })
      return path === '' ? addSlash(exchange) : sendPage(exchange)
    case '/events':
      if (req.method !== 'GET') return refuse(exchange, 405, { allow: 'GET' })
      if (!isSameOrigin(req.headers['sec-fetch-site'])) return refuse(exchange, 403)
      if (site.viewers.isFull) {
        return refuse(exchange, 503, { 'retry-after': '10' }, 'Too many pages are open')
      }
      return openStream(site, exchange, access)
    case '/cancel':
    case '/retry':
    case '/press':
      if (req.method !== 'POST') return refuse(exchange, 405, { allow: 'POST' })
      if (access !== 'write' || !isFromPage(req)) return refuse(exchange, 403)
      return act(exchange, site.view)
    default:
      return refuse(exchange, 404)
  }
}

function isRead({ req: { method } }: Exchange): boolean {
  return method === 'GET' || method === 'HEAD'
}

/**
 * What the page asks for is named beside it, so its URL has to end with a slash. Told in relation to
 * itself: what stands before this server may have cut off the beginning.
 */
function addSlash(exchange: Exchange): void {
  const [path = '', query] = exchange.url.split(/\?(.*)/s, 2)
  const location = `./${path.slice(path.lastIndexOf('/') + 1)}/${query ? `?${query}` : ''}`
  begin(exchange, 307, 'text/plain; charset=utf-8', { location })
  exchange.res.end()
}

function sendPage(exchange: Exchange): void {
  const nonce = randomBytes(18).toString('base64')
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  const html = page.replaceAll('{nonce}', nonce)
  begin(exchange, 200, 'text/html; charset=utf-8', {
    'content-security-policy': policy.join('; '),
    'content-length': `${Buffer.byteLength(html)}`,
  })
  exchange.res.end(exchange.req.method === 'HEAD' ? undefined : html)
}

function openStream(site: Site, exchange: Exchange, access: Access): void {
  begin(exchange, 200, 'text/event-stream; charset=utf-8', {
    'x-accel-buffering': 'no',
    // Kept alive, an idle connection would hold a server that closes after it was looked at.
    ...closing(exchange),
  })
  exchange.res.write('retry: 2000\n\n')
  site.open(exchange, access)
}
