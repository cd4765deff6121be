import type { Link } from './connection.js'
import { byId, setData, setText } from './dom.js'
import { formatCount } from './format.js'
import type { Model } from './model.js'

const links: Readonly<Record<Exclude<Link, 'open'>, readonly [text: string, tone: string]>> = {
  connecting: ['Connecting…', 'quiet'],
  lost: ['No connection, trying again…', 'bad'],
  forbidden: ['No access any more', 'bad'],
  drained: ['Drained; the server let go of this page', 'warn'],
  closed: ['The server is stopping', 'warn'],
}

/** Says in one line how it stands: with the server, and with its drain. */
export function showStatus(model: Model, link: Link): void {
  const [text, tone] = link === 'open' ? drainOf(model) : links[link]
  const status = byId('status')
  setText(status, text)
  setData(status, 'tone', tone)
  setData(document.body, 'link', link)
}

function drainOf(model: Model): readonly [text: string, tone: string] {
  const drains = model.runners.flatMap(({ drain }) => drain ?? [])
  const current = drains.find(({ phase }) => phase === 'start')
  if (current) {
    const { pending = 0 } = model.totals
    const left =
      current.timeout === undefined ? undefined : current.at + current.timeout - model.now
    const time = left === undefined ? '' : ` · ${Math.max(0, Math.ceil(left / 1_000))} s left`
    return [`Draining · ${formatCount(pending)} pending${time}`, 'warn']
  }
  const abandoned = drains.reduce((sum, drain) => sum + (drain.abandoned ?? 0), 0)
  if (abandoned > 0) return [`Drained · ${formatCount(abandoned)} abandoned`, 'bad']
  if (drains.length > 0)
    return [drains.every(({ ok }) => ok) ? 'Drained' : 'Drained · not closed', 'good']
  return ['Connected', 'good']
}
