import type { Picture } from '../src/view.js'

/** What the server is heard of. */
export type Link = 'connecting' | 'open' | 'lost' | 'forbidden' | 'drained' | 'closed'

export interface Listener {
  onFull(picture: Picture): void
  onChanges(picture: Picture): void
  onAccess(access: 'read' | 'write'): void
  onLink(link: Link): void
}

const RETRY_MS = 4_000
/** A page that nobody sees lets go of the server after a while. */
const HIDDEN_MS = 30_000

/** Follows the server's events, and comes back when it was lost. */
export function connect(listener: Listener): void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let hide: ReturnType<typeof setTimeout> | undefined

  function open() {
    clearTimeout(retry)
    source?.close()
    // A page that is allowed by its query is so here too.
    const opened = new EventSource(`events${location.search}`)
    source = opened
    const parse = (event: MessageEvent<string>) => JSON.parse(event.data)
    let reason: Link | undefined
    opened.addEventListener('full', (event) => {
      reason = undefined
      listener.onLink('open')
      listener.onFull(parse(event))
    })
    opened.addEventListener('changes', (event) => listener.onChanges(parse(event)))
    opened.addEventListener('access', (event) => listener.onAccess(parse(event)))
    opened.addEventListener('end', (event) => {
      reason = parse(event).reason
      listener.onLink(reason as Link)
    })
    opened.addEventListener('error', () => {
      if (!reason) listener.onLink('lost')
      // Answered by anything but 200, it does not come back by itself.
      if (opened.readyState !== EventSource.CLOSED) return
      clearTimeout(retry)
      retry = setTimeout(open, RETRY_MS)
    })
  }

  document.addEventListener('visibilitychange', () => {
    clearTimeout(hide)
    if (document.hidden) {
      hide = setTimeout(() => {
        clearTimeout(retry)
        source?.close()
        source = undefined
      }, HIDDEN_MS)
    } else if (!source) open()
  })
  listener.onLink('connecting')
  open()
}

/** What it can be asked to do. */
export type What = 'cancel' | 'retry' | 'press'

/** Asks the server to do something; rejects with a sentence when it does not. */
export async function post(what: What, body: Record<string, string>): Promise<void> {
  const answer = await fetch(`${what}${location.search}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-backgrounder': '1' },
    body: JSON.stringify(body),
  })
  if (answer.ok) return
  const type = answer.headers.get('content-type') ?? ''
  const text = type.includes('json') ? (await answer.json()).error : await answer.text()
  throw new Error(String(text).trim() || `The server said ${answer.status}`)
}
