import { h, svg } from './dom.js'
import { formatCount } from './format.js'

/** Less than 1 ms, less than 2, and so on up to two minutes; what took longer stands in the last. */
const BARS = 18
const HEIGHT = 20

/** How long tasks took, as bars of the same scale for each name. */
export function drawHistogram(counts: readonly number[]): SVGSVGElement {
  const bars = fold(counts)
  const most = Math.max(...bars, 1)
  const shapes = bars.map((count, index) => {
    const height = count === 0 ? 0.6 : Math.max(1.6, (count / most) * HEIGHT)
    return svg('rect', {
      x: `${index * 5}`,
      y: `${HEIGHT - height}`,
      width: '4',
      height: `${height}`,
      class: count === 0 ? 'none' : 'bar',
    })
  })
  const box = { viewBox: `0 0 ${BARS * 5 - 1} ${HEIGHT}`, preserveAspectRatio: 'none' }
  const label = describe(bars)
  return svg('svg', { class: 'histogram', role: 'img', 'aria-label': label, ...box }, ...shapes)
}

/** The same in large, with what each bar is. */
export function drawLargeHistogram(counts: readonly number[]): HTMLElement {
  const bars = fold(counts)
  const most = Math.max(...bars, 1)
  const columns = bars.map((count, index) => {
    const bar = h('i', { class: count === 0 ? 'none' : 'bar' })
    bar.style.height = `${count === 0 ? 0 : Math.max(3, (count / most) * 100)}%`
    return h(
      'li',
      { title: `${range(index)}: ${formatCount(count)}` },
      h('span', { class: 'space' }, bar),
      h('span', { class: 'tick' }, index % 3 === 0 ? tick(index) : ''),
    )
  })
  return h('ol', { class: 'large', role: 'img', 'aria-label': describe(bars) }, ...columns)
}

function fold(counts: readonly number[]): number[] {
  const bars = new Array<number>(BARS).fill(0)
  for (const [index, count] of counts.entries()) {
    const bar = Math.min(index, BARS - 1)
    bars[bar] = (bars[bar] as number) + count
  }
  return bars
}

function describe(bars: readonly number[]): string {
  const most = Math.max(...bars)
  return most === 0 ? 'none has run' : `most took ${range(bars.indexOf(most))}`
}

function range(bar: number): string {
  if (bar === 0) return 'less than 1 ms'
  if (bar === BARS - 1) return `${tick(bar)} or longer`
  return `${tick(bar)} to ${tick(bar + 1)}`
}

/** Where a bar begins. */
function tick(bar: number): string {
  if (bar === 0) return '0'
  const ms = 2 ** (bar - 1)
  return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`
}
