import { byId, h, setText } from './dom.js'
import { formatCount } from './format.js'
import type { Model } from './model.js'

const kinds = [
  ['pending', 'Pending', ''],
  ['running', 'Running', 'run'],
  ['overdue', 'Overdue', 'warn'],
  ['rate', 'Per second', ''],
  ['succeeded', 'Succeeded', ''],
  ['failed', 'Failed', 'bad'],
  ['timedOut', 'Timed out', 'bad'],
  ['cancelled', 'Cancelled', ''],
  ['skipped', 'Skipped', ''],
  ['handedOff', 'Handed off', ''],
  ['abandoned', 'Abandoned', 'bad'],
] as const

/** Makes the numbers at the top; gives back what brings them up to date. */
export function makeTotals(): (model: Model) => void {
  const numbers = kinds.map(([key, label, tone]) => {
    const number = h('dd', { 'data-total': key })
    byId('totals').append(h('div', {}, h('dt', {}, label), number))
    return { key, tone, number }
  })
  return (model) => {
    const { totals } = model
    for (const { key, tone, number } of numbers) {
      const count = key === 'rate' ? Math.round(model.rate) : (totals[key] ?? 0)
      setText(number, model.isKnown ? formatCount(count) : '–')
      number.classList.toggle('zero', count === 0)
      number.dataset.tone = count > 0 ? tone : ''
    }
  }
}
