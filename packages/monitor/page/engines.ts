import { actionButton } from './action-button.js'
import { fillName } from './cells.js'
import { details, facts, text } from './details.js'
import { byId, h, setText } from './dom.js'
import { formatCount, formatMoment, formatTime } from './format.js'
import type { DeadRow, EngineRow, Model } from './model.js'
import { Table } from './table.js'

const depths = ['waiting', 'delayed', 'running', 'dead'] as const

/** What waits in the engines, and what has failed there for good. */
export function makeEngines(model: Model, matches: (name: string) => boolean): () => void {
  const panels = new Map<string, (row: EngineRow) => void>()
  return () => {
    for (const row of model.engines) {
      const panel = panels.get(row.engine) ?? makePanel(row, model, matches, panels.size)
      panels.set(row.engine, panel)
      panel(row)
    }
  }
}

function makePanel(
  { engine }: EngineRow,
  model: Model,
  matches: (name: string) => boolean,
  index: number,
): (row: EngineRow) => void {
  const id = `engine-${index}`
  const section = h('section', { class: 'panel engine', id, 'aria-labelledby': `${id}-title` })
  byId('engines').append(section)
  const table = new Table<DeadRow>(section, {
    id,
    title: engine === '' ? 'Durable jobs' : `Durable jobs · ${engine}`,
    nothing: 'No dead letter.',
    key: (row) => row.id,
    columns: [
      {
        head: 'Died',
        kind: 'moment',
        fill: (cell, row) => setText(cell, formatTime(row.failedAt)),
      },
      {
        head: 'Dead letter',
        kind: 'name',
        fill: (cell, row) => fillName(cell, { name: row.name, below: row.error }),
      },
      {
        head: 'Attempts',
        kind: 'number attempt',
        fill: (cell, row) => setText(cell, `${row.attempts}`),
      },
      { head: '', kind: 'act', fill: (cell, row) => fillRetry(cell, row, engine, model.access) },
    ],
    details: (row) =>
      details(
        text(row.error),
        facts({
          attempts: `${row.attempts}`,
          'failed at': formatMoment(row.failedAt),
          arguments: row.args,
          id: row.id,
        }),
      ),
  })
  const numbers = depths.map((key) => {
    const number = h('dd', { 'data-depth': key })
    return { key, number, part: h('div', {}, h('dt', {}, key), number) }
  })
  const trouble = h('p', { class: 'trouble', hidden: '' })
  const depth = h('dl', { class: 'totals' }, ...numbers.map(({ part }) => part))
  section.firstElementChild?.after(depth, trouble)
  return ({ stats, dead, error }) => {
    for (const { key, number } of numbers) {
      const count = stats?.[key]
      setText(number, count === undefined ? '–' : formatCount(count))
      number.classList.toggle('zero', !count)
      number.dataset.tone = key === 'dead' && count ? 'bad' : ''
    }
    trouble.hidden = error === undefined
    setText(trouble, `The store does not answer: ${error ?? ''}`)
    table.render(dead.filter(({ name }) => matches(name)))
  }
}

function fillRetry(cell: HTMLElement, { id, name }: DeadRow, engine: string, access: string): void {
  const isOffered = access === 'write'
  if (isOffered === (cell.firstElementChild !== null)) return
  const action = {
    what: 'retry',
    label: 'Retry',
    body: { id, engine },
    isConfirmed: false,
  } as const
  cell.replaceChildren(...(isOffered ? [actionButton({ ...action, of: name })] : []))
}
