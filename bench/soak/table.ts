import type { Result } from './soak.js'
import { growth } from './verdict.js'

type Column = readonly [name: string, width: number, cell: (result: Result) => number | string]

const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(2)

const columns: readonly Column[] = [
  ['requests', 11, ({ clients }) => clients.sent],
  ['answered', 11, ({ clients }) => clients.whole],
  ['accepted', 11, ({ after }) => after.accepted],
  ['settled', 11, ({ after }) => after.settled],
  ['lost', 6, ({ after }) => after.lost],
  ['twice', 7, ({ after }) => after.twice],
  ['MB before', 11, ({ before }) => megabytes(before.heap)],
  ['after', 7, ({ after }) => megabytes(after.heap)],
  ['growth', 8, (result) => megabytes(growth(result))],
  ['req/s', 8, ({ run, seconds }) => Math.round(run.sent / seconds)],
]

const frameworkWidth = 9

export const tableHead: string =
  ''.padEnd(frameworkWidth) + columns.map(([name, width]) => name.padStart(width)).join('')

export function drawRow(result: Result): string {
  const cells = columns.map(([, width, cell]) => cell(result).toLocaleString('en').padStart(width))
  return result.framework.padEnd(frameworkWidth) + cells.join('')
}
