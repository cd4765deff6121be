import { h, setText } from './dom.js'

/** A cell of each row, and the head above it. */
export interface Column<T> {
  readonly head: string
  /** For the styles: `name`, `number`… */
  readonly kind: string
  /** Fills the cell; called again with each change. */
  fill(cell: HTMLElement, item: T): void
  /** By what rows are put in order, when its head is pressed: the greatest first. */
  order?(item: T): number | string
}

export interface TableOptions<T> {
  /** Of its section. */
  readonly id: string
  readonly title: string
  readonly columns: readonly Column<T>[]
  readonly nothing: string
  key(item: T): string
  /** What is shown below a row that is open. */
  details(item: T): Node
  /** Marks a row, for the styles. */
  tone?(item: T): string
}

interface Row<T> {
  item: T
  readonly row: HTMLTableRowElement
  readonly cells: readonly HTMLElement[]
  details: HTMLTableRowElement | undefined
}

/**
 * A table whose rows stay what they are while their items change. It holds still, but for the texts,
 * while somebody points at it or is in it with the keyboard.
 */
export class Table<T> {
  readonly #options: TableOptions<T>
  readonly #body = h('tbody')
  readonly #note = h('span', { class: 'note' })
  readonly #count = h('span', { class: 'tally' })
  readonly #nothing: HTMLElement
  readonly #table: HTMLTableElement
  readonly #rows = new Map<string, Row<T>>()
  readonly #heads = new Map<Column<T>, HTMLElement>()
  #sorted: Column<T> | undefined
  #items: readonly T[] = []
  #isPointed = false

  constructor(section: HTMLElement, options: TableOptions<T>) {
    this.#options = options
    const { id, title, columns, nothing } = options
    const heads = columns.map((column) => this.#head(column))
    this.#table = h(
      'table',
      { role: 'grid', 'aria-labelledby': `${id}-title` },
      h('thead', {}, h('tr', {}, ...heads)),
      this.#body,
    )
    this.#nothing = h('p', { class: 'nothing' }, nothing)
    const scroller = h('div', { class: 'scroller' }, this.#table, this.#nothing)
    section.append(
      h('header', {}, h('h2', { id: `${id}-title` }, title), this.#count, this.#note),
      scroller,
    )
    scroller.addEventListener('pointerenter', (event) => {
      this.#isPointed = event.pointerType === 'mouse'
    })
    scroller.addEventListener('pointerleave', () => {
      this.#isPointed = false
      this.#arrange()
    })
    section.addEventListener('focusout', () => setTimeout(() => this.#arrange()))
    this.#body.addEventListener('click', (event) => {
      const target = event.target as Element
      // Whoever marks a text with the pointer does not want it to go.
      const isMarking = event.detail > 0 && getSelection()?.isCollapsed === false
      if (target.closest('button, a, .details') || isMarking) return
      const row = target.closest<HTMLTableRowElement>('tr.row')
      if (row) this.#toggle(row)
    })
  }

  get #isHeld(): boolean {
    return this.#isPointed || this.#body.contains(document.activeElement)
  }

  /** Shows these items in this order, or in that of the head that was pressed. */
  render(items: readonly T[], count = `${items.length || ''}`): void {
    this.#items = items
    for (const item of items) this.#update(item)
    setText(this.#count, count)
    this.#arrange()
  }

  #toggle(row: HTMLTableRowElement): void {
    for (const one of this.#rows.values()) {
      if (one.row === row) this.#open(one, !one.details)
    }
  }

  #open(one: Row<T>, isOpen: boolean): void {
    one.row.setAttribute('aria-expanded', String(isOpen))
    one.details?.remove()
    one.details = undefined
    if (!isOpen) return
    const { columns, details } = this.#options
    const cell = h('td', { colspan: `${columns.length}`, role: 'gridcell' }, details(one.item))
    one.details = h('tr', { class: 'details' }, cell)
    one.row.after(one.details)
  }

  #update(item: T): void {
    const { key, columns, tone, details } = this.#options
    const id = key(item)
    const one = this.#rows.get(id)
    if (!one) return
    if (one.item === item) return
    one.item = item
    for (const [index, column] of columns.entries()) {
      column.fill(one.cells[index] as HTMLElement, item)
    }
    if (tone) one.row.dataset.tone = tone(item)
    // Not while somebody marks a text in it.
    const cell = one.details?.firstElementChild
    if (cell && !getSelection()?.containsNode(cell, true)) cell.replaceChildren(details(item))
  }

  /** Brings what was told last into the table, when nobody is in it. */
  #arrange(): void {
    const isFilled = this.#rows.size > 0
    const isHeld = isFilled && this.#isHeld
    const items = this.#order(this.#items)
    const keys = new Set(items.map(this.#options.key))
    const isSame =
      this.#rows.size === keys.size &&
      items.every((item) => this.#rows.has(this.#options.key(item)))
    setText(this.#note, isHeld && !isSame ? 'held' : '')
    if (isHeld) return
    for (const [key, one] of this.#rows) {
      if (keys.has(key)) continue
      one.row.remove()
      one.details?.remove()
      this.#rows.delete(key)
    }
    let next = this.#body.firstElementChild
    for (const item of items) {
      const one = this.#rows.get(this.#options.key(item)) ?? this.#make(item)
      for (const row of [one.row, one.details]) {
        if (!row) continue
        if (row === next) next = next.nextElementSibling
        else this.#body.insertBefore(row, next)
      }
    }
    this.#table.hidden = items.length === 0
    this.#nothing.hidden = items.length > 0
  }

  #make(item: T): Row<T> {
    const { columns, key, tone } = this.#options
    const cells = columns.map(({ kind, head }) =>
      h('td', { class: kind, role: 'gridcell', 'data-head': head }),
    )
    const row = h(
      'tr',
      { class: 'row', tabindex: '-1', 'aria-expanded': 'false', 'data-key': key(item) },
      ...cells,
    )
    for (const [index, column] of columns.entries()) column.fill(cells[index] as HTMLElement, item)
    if (tone) row.dataset.tone = tone(item)
    const one: Row<T> = { item, row, cells, details: undefined }
    this.#rows.set(key(item), one)
    return one
  }

  #head(column: Column<T>): HTMLElement {
    const { head, kind, order } = column
    const cell = h('th', { class: kind, scope: 'col', role: 'columnheader' })
    this.#heads.set(column, cell)
    if (!order) {
      cell.append(h('span', {}, head))
      return cell
    }
    const button = h('button', { type: 'button', class: 'sort' }, head)
    button.addEventListener('click', () => {
      this.#sorted = this.#sorted === column ? undefined : column
      for (const [one, th] of this.#heads) {
        if (one === this.#sorted) th.setAttribute('aria-sort', 'descending')
        else th.removeAttribute('aria-sort')
      }
      this.#isPointed = false
      this.#arrange()
    })
    cell.append(button)
    return cell
  }

  #order(items: readonly T[]): readonly T[] {
    const order = this.#sorted?.order
    if (!order) return items
    return [...items].sort((a, b) => {
      const [x, y] = [order(a), order(b)]
      if (typeof x === 'string') return x.localeCompare(String(y))
      return (y as number) - x
    })
  }
}
