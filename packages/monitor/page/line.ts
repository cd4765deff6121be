import { h, setText, svg } from './dom.js'
import { formatTime } from './format.js'
import type { Point } from './model.js'

const SPAN_MS = 300_000
const WIDTH = 600
const HEIGHT = 100

export interface LineOptions {
  readonly title: string
  /** What the scale shows at least. */
  readonly least: number
  value(point: Point): number
  format(value: number): string
}

/** A value over the last five minutes. */
export class Line {
  readonly #options: LineOptions
  readonly #line = svg('path', { class: 'stroke' })
  readonly #area = svg('path', { class: 'area' })
  readonly #cursor = svg('path', { class: 'cursor' })
  readonly #now = h('span', { class: 'now' })
  readonly #most = h('span', { class: 'soft' })
  readonly #top = h('span', { class: 'axis most' })
  readonly #plot: HTMLElement
  #points: readonly Point[] = []
  #end = 0
  #at: number | undefined

  constructor(figure: HTMLElement, options: LineOptions) {
    this.#options = options
    const box = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' }
    const grid = svg('path', { class: 'grid', d: `M0 0.5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}` })
    const floor = svg('path', { class: 'floor', d: `M0 ${HEIGHT - 0.5}H${WIDTH}` })
    const drawing = svg(
      'svg',
      { ...box, 'aria-hidden': 'true' },
      grid,
      this.#area,
      this.#line,
      floor,
      this.#cursor,
    )
    this.#plot = h('div', { class: 'plot' }, drawing, this.#top)
    const caption = h('figcaption', {}, h('h2', {}, options.title), this.#most, this.#now)
    const axis = h('p', { class: 'axis' }, h('span', {}, '5 min ago'), h('span', {}, 'now'))
    figure.append(caption, this.#plot, axis)
    this.#plot.addEventListener('pointermove', ({ clientX }) => {
      const { left, width } = this.#plot.getBoundingClientRect()
      this.#at = (clientX - left) / width
      this.#tell()
    })
    this.#plot.addEventListener('pointerleave', () => {
      this.#at = undefined
      this.#tell()
    })
  }

  render(points: readonly Point[], now: number): void {
    const { value, format, least } = this.#options
    this.#points = points
    this.#end = Math.max(now, points.at(-1)?.[0] ?? 0)
    const values = points.map(value)
    const top = roundUp(Math.max(least, ...values))
    const path = points
      .map((point, index) => {
        const y = HEIGHT - 1 - ((values[index] as number) / top) * (HEIGHT - 2)
        return `${index === 0 ? 'M' : 'L'}${this.#x(point).toFixed(1)} ${y.toFixed(1)}`
      })
      .join('')
    this.#line.setAttribute('d', path)
    const [first, last] = [points[0], points.at(-1)]
    const closed =
      first && last
        ? `${path}L${this.#x(last).toFixed(1)} ${HEIGHT}L${this.#x(first).toFixed(1)} ${HEIGHT}Z`
        : ''
    this.#area.setAttribute('d', closed)
    setText(this.#top, format(top))
    setText(this.#most, points.length > 0 ? `max ${format(Math.max(...values))}` : '')
    this.#tell()
  }

  #x([at]: Point): number {
    return WIDTH * (1 - (this.#end - at) / SPAN_MS)
  }

  /** The value that is pointed at, or the last one. */
  #tell(): void {
    const { value, format } = this.#options
    const last = this.#points.at(-1)
    const x = this.#at === undefined ? undefined : this.#at * WIDTH
    const point = x === undefined ? last : this.#nearest(x)
    if (!point) {
      setText(this.#now, '–')
      return
    }
    const when = x === undefined ? '' : `${formatTime(point[0])} · `
    setText(this.#now, `${when}${format(value(point))}`)
    this.#cursor.setAttribute(
      'd',
      x === undefined ? '' : `M${this.#x(point).toFixed(1)} 0V${HEIGHT}`,
    )
  }

  #nearest(x: number): Point | undefined {
    const off = (point: Point) => Math.abs(this.#x(point) - x)
    return this.#points.reduce<Point | undefined>(
      (best, point) => (best && off(best) <= off(point) ? best : point),
      undefined,
    )
  }
}

/** The next of 1, 2, 5, 10, 20… */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  return unit * ([1, 2, 5].find((step) => step * unit >= value) ?? 10)
}
