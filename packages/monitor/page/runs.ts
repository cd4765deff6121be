import { actionButton } from './action-button.js'
import { fillName, fillState } from './cells.js'
import { details, facts } from './details.js'
import { byId, setText } from './dom.js'
import { formatAge, formatCount, formatMoment, formatMs, formatState } from './format.js'
import type { Model, RunRow } from './model.js'
import { Table } from './table.js'

const order = ['running', 'ready', 'delayed', 'waiting']

/** What runs, what is next, and what has just ended. */
export function makeRuns(model: Model): (rows: RunRow[]) => void {
  const table = new Table<RunRow>(byId('runs'), {
    id: 'runs',
    title: 'Live',
    nothing: 'Nothing is pending.',
    key: ({ key }) => key,
    tone: (row) => (isOver(row) ? 'over' : ''),
    columns: [
      {
        head: 'State',
        kind: 'state',
        fill: (cell, { state, isOverdue }) => fillState(cell, state, isOverdue),
      },
      {
        head: 'Task',
        kind: 'name',
        fill: (cell, { name, runner, request, state, isOverdue }) => {
          const word = isOverdue ? 'overdue' : formatState(state)
          fillName(cell, { name, runner, below: request, word })
        },
      },
      {
        head: 'Attempt',
        kind: 'number attempt',
        fill: (cell, { attempt }) => {
          setText(cell, `${attempt}`)
          cell.classList.toggle('zero', attempt === 1)
        },
      },
      { head: 'Age', kind: 'number age', fill: (cell, row) => fillAge(cell, row, model.now) },
      { head: '', kind: 'act', fill: (cell, row) => fillAction(cell, row, model.access) },
    ],
    details: (row) =>
      details(
        facts({
          state: row.isOverdue ? 'out of time, and has not ended' : formatState(row.state),
          attempt: `${row.attempt}`,
          request: row.request,
          'added at': row.addedAt,
          accepted: formatMoment(row.acceptedAt),
          took: row.ms === undefined ? undefined : formatMs(row.ms),
          arguments: row.args,
          id: row.id,
        }),
      ),
  })
  return (rows) => {
    rows.sort((a, b) => rank(a) - rank(b) || a.acceptedAt - b.acceptedAt)
    const pending = rows.filter((row) => !isOver(row)).length
    const total = model.totals.pending ?? 0
    table.render(rows, pending < total ? `${pending} of ${formatCount(total)}` : `${pending || ''}`)
    for (const cell of document.querySelectorAll<HTMLElement>('#runs td.age')) {
      const row = model.runs.get(cell.parentElement?.dataset.key ?? '')
      if (row) fillAge(cell, row, model.now)
    }
  }
}

/** Nothing more comes of it. */
function isOver({ state, isOverdue }: RunRow): boolean {
  return !isOverdue && !order.includes(state)
}

function rank(row: RunRow): number {
  if (row.isOverdue) return -1
  return isOver(row) ? order.length : order.indexOf(row.state)
}

function fillAge(cell: HTMLElement, row: RunRow, now: number): void {
  setText(cell, isOver(row) ? formatMs(row.ms) : formatAge(now - row.acceptedAt))
}

function fillAction(cell: HTMLElement, row: RunRow, access: string): void {
  const hasButton = cell.firstElementChild !== null
  // One that is overdue has been told to end already.
  const isOffered = access === 'write' && !isOver(row) && !row.isOverdue
  if (isOffered === hasButton) return
  const { key, name } = row
  const action = { what: 'cancel', label: 'Cancel', body: { id: key }, isConfirmed: true } as const
  cell.replaceChildren(...(isOffered ? [actionButton({ ...action, of: name })] : []))
}
