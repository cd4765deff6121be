import type { Result } from './soak.js'
import { growth } from './verdict.js'

const mb = (bytes: number) => (bytes / 1_000_000).toFixed(2)

const columns: Record<string, (result: Result) => string | number> = {
  requests: ({ clients }) => clients.sent,
  'whole answers': ({ clients }) => clients.whole,
  handled: ({ after }) => after.handled,
  accepted: ({ after }) => after.accepted,
  settled: ({ after }) => after.settled,
  lost: ({ after }) => after.lost,
  twice: ({ after }) => after.twice,
  'heap before': ({ before }) => mb(before.heap),
  after: ({ after }) => mb(after.heap),
  'growth MB': (result) => mb(growth(result)),
  'req/s': ({ clients, seconds }) => Math.round(clients.sent / seconds),
}

const width = (name: string) => Math.max(name.length, 9) + 2

export function drawHead(): string {
  const names = Object.keys(columns).map((name) => name.padStart(width(name)))
  return ''.padEnd(10) + names.join('')
}

export function drawRow(result: Result): string {
  const cells = Object.entries(columns).map(([name, cell]) => {
    const value = cell(result)
    const text = typeof value === 'number' ? value.toLocaleString('en') : value
    return text.padStart(width(name))
  })
  return result.framework.padEnd(10) + cells.join('')
}
