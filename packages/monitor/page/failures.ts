import { fillName, fillState } from './cells.js'
import { details, facts, text } from './details.js'
import { byId, h, setText } from './dom.js'
import { formatCount, formatMoment, formatMs, formatState, formatTime } from './format.js'
import type { Failure, Model } from './model.js'
import { Table } from './table.js'

/** The last failures, each with its stack. */
export function makeFailures(model: Model): (rows: Failure[]) => void {
  const section = byId('failures')
  const table = new Table<Failure>(section, {
    id: 'failures',
    title: 'Failures',
    nothing: 'None so far.',
    key: ({ key }) => `${key}`,
    columns: [
      { head: 'Time', kind: 'moment', fill: (cell, { at }) => setText(cell, formatTime(at)) },
      {
        head: 'Task',
        kind: 'name',
        fill: (cell, { name, runner, title, state }) =>
          fillName(cell, { name, runner, below: title, word: formatState(state) }),
      },
      { head: 'State', kind: 'state', fill: (cell, { state }) => fillState(cell, state) },
    ],
    details: (failure) =>
      details(
        text(failure.stack),
        facts({
          state: formatState(failure.state),
          attempt: `${failure.attempt}`,
          took: failure.ms === undefined ? undefined : formatMs(failure.ms),
          request: failure.request,
          'added at': failure.addedAt,
          at: formatMoment(failure.at),
          id: failure.id,
        }),
      ),
  })
  const rest = h('p', { class: 'rest', hidden: '' })
  section.append(rest)
  return (rows) => {
    table.render(rows.reverse())
    rest.hidden = model.dropped === 0
    setText(rest, `${formatCount(model.dropped)} more came too fast, and were only counted.`)
  }
}
