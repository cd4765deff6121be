import type { IncomingMessage } from 'node:http'
import { errorText } from './error-text.js'
import { closing, type Exchange, refuse, sendJson } from './exchange.js'
import type { View } from './view.js'

const MOST_BYTES = 1_024

/** Whether it comes from the page itself: no other origin can send the header without asking first. */
export function isFromPage({ headers }: IncomingMessage): boolean {
  return headers['x-backgrounder'] === '1' && isSameOrigin(headers['sec-fetch-site'])
}

/** Whether a browser says so; what is no browser says nothing. */
export function isSameOrigin(site: string | string[] | undefined): boolean {
  return site === undefined || site === 'same-origin'
}

/** Cancels a task, retries a dead letter, or does what the application has a button for. */
export async function act(exchange: Exchange, view: View): Promise<void> {
  const { req, path } = exchange
  const type = req.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type)) return refuse(exchange, 415)
  const body = await readBody(exchange)
  if (body === tooLarge) {
    // What was not read may be as long as it likes.
    return refuse(exchange, 413, closing(exchange))
  }
  const { id, engine = '' } = (body ?? {}) as { id?: unknown; engine?: unknown }
  if (typeof id !== 'string' || typeof engine !== 'string') return refuse(exchange, 400)
  if (path === '/cancel') {
    const isDone = view.runs.find(id)?.cancel('cancelled on the monitor page') ?? false
    const error = 'It has ended already, or is not shown any more'
    return isDone ? sendJson(exchange, 200, {}) : sendJson(exchange, 409, { error })
  }
  try {
    if (path === '/retry') await view.engines.retry(engine, id)
    else await actionOf(view, id)()
  } catch (error) {
    return sendJson(exchange, 409, { error: errorText(error).title })
  }
  sendJson(exchange, 200, {})
}

function actionOf({ actions }: View, name: string): () => unknown {
  const action = actions.get(name)
  if (!action) throw new Error('There is no such button')
  return action
}

const tooLarge: unique symbol = Symbol('too large')

/** The JSON that was sent; undefined when it is none. */
async function readBody({ req, body }: Exchange): Promise<unknown> {
  if (body !== undefined) return body
  if (req.readableEnded) return undefined
  if (Number(req.headers['content-length']) > MOST_BYTES) return tooLarge
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of req) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) return tooLarge
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    return undefined
  }
}
