import { h, setText } from './dom.js'
import { formatCount, formatState } from './format.js'

/** A state: a dot of its colour, and the word. */
export function fillState(cell: HTMLElement, state: string, isOverdue = false): void {
  const word = isOverdue ? 'overdue' : formatState(state)
  cell.dataset.state = isOverdue ? 'overdue' : state
  if (cell.textContent === word) return
  cell.replaceChildren(h('i', { class: 'dot', 'aria-hidden': 'true' }), h('span', {}, word))
}

/** A number; a zero is there, and quiet. */
export function fillCount(cell: HTMLElement, count: number, tone?: string): void {
  setText(cell, formatCount(count))
  cell.classList.toggle('zero', count === 0)
  if (tone) cell.dataset.tone = count > 0 ? tone : ''
}

/** What stands in the cell of a name. */
interface NameCell {
  readonly name: string
  readonly runner?: string
  readonly below?: string
  readonly word?: string
}

/** A name, and in front of it the runner, where there are several. */
export function fillName(cell: HTMLElement, { name, runner = '', below, word }: NameCell): void {
  const label = [runner, name, below, word].join('\n')
  if (cell.dataset.label === label) return
  cell.dataset.label = label
  cell.title = name
  cell.replaceChildren(
    h('span', { class: 'title' }, runner !== '' && h('b', { class: 'runner' }, runner), name),
  )
  if (below === undefined) return
  // Where the page is narrow, the state stands here.
  cell.append(
    h(
      'span',
      { class: 'below', title: below },
      word && h('span', { class: 'word' }, below ? `${word} · ` : word),
      below,
    ),
  )
}
