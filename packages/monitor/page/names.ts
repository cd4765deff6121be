import { fillCount, fillName } from './cells.js'
import { details, facts } from './details.js'
import { byId, setText } from './dom.js'
import { formatCount, formatMs } from './format.js'
import { drawHistogram, drawLargeHistogram } from './histogram.js'
import type { NameRow } from './model.js'
import { type Column, Table } from './table.js'

const countOf = ({ ends }: NameRow) => Object.values(ends).reduce((sum, count) => sum + count, 0)

function count(head: string, value: (row: NameRow) => number, tone?: string): Column<NameRow> {
  return {
    head,
    kind: `number ${head.toLowerCase().replace(' ', '-')}`,
    fill: (cell, row) => fillCount(cell, value(row), tone),
    order: value,
  }
}

function time(head: string, value: (row: NameRow) => number | undefined): Column<NameRow> {
  return {
    head,
    kind: `number time ${head}`,
    fill: (cell, row) => setText(cell, formatMs(value(row))),
    order: (row) => value(row) ?? -1,
  }
}

const any = (count: number) => (count > 0 ? formatCount(count) : undefined)

/** Of each name how often, how well and how long. */
export function makeNames(): (rows: NameRow[]) => void {
  const table = new Table<NameRow>(byId('names'), {
    id: 'names',
    title: 'By name',
    nothing: 'No task has ended yet.',
    key: ({ runner, name }) => `${runner}\n${name}`,
    columns: [
      {
        head: 'Name',
        kind: 'name',
        fill: (cell, { name, runner }) => fillName(cell, { name, runner }),
        order: ({ name }) => name,
      },
      count('Count', countOf),
      count('Failed', ({ ends }) => ends.failed, 'bad'),
      count('Timed out', ({ ends }) => ends.timedOut, 'bad'),
      count('Skipped', ({ ends }) => ends.skipped),
      time('p50', ({ p50 }) => p50),
      time('p95', ({ p95 }) => p95),
      time('max', ({ bars, max }) => (bars.length > 0 ? max : undefined)),
      {
        head: 'Duration',
        kind: 'bars',
        fill: (cell, { bars }) => cell.replaceChildren(drawHistogram(bars)),
      },
    ],
    details: ({ ends, retried, bars, p50, p95, max }) =>
      details(
        drawLargeHistogram(bars),
        facts({
          p50: formatMs(p50),
          p95: formatMs(p95),
          max: formatMs(bars.length > 0 ? max : undefined),
          succeeded: formatCount(ends.succeeded),
          failed: any(ends.failed),
          'timed out': any(ends.timedOut),
          retries: any(retried),
          cancelled: any(ends.cancelled),
          skipped: any(ends.skipped),
          'handed off': any(ends.handedOff),
          abandoned: any(ends.abandoned),
        }),
      ),
  })
  return (rows) => table.render(rows.sort((a, b) => countOf(b) - countOf(a)))
}
