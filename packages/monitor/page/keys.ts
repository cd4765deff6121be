import { byId } from './dom.js'

/** What the keyboard does. */
export function listenToKeys(nextTheme: () => void): void {
  const filter = byId<HTMLInputElement>('filter')
  const help = byId<HTMLDialogElement>('help')
  byId('help-button').addEventListener('click', () => help.showModal())

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return
    const { key } = event
    const active = document.activeElement
    if (key === 'Escape') {
      leave(filter)
      return
    }
    if (active === filter) {
      if (key !== 'ArrowDown' && key !== 'Enter') return
      event.preventDefault()
      move(1)
      return
    }
    const row = active?.closest<HTMLElement>('tr.row')
    // What has the focus has its own use for these.
    const isOnControl = active?.matches('button, input, pre') === true
    const action = actions[key]?.(row ?? undefined, isOnControl)
    if (action === undefined) return
    event.preventDefault()
    action()
  })

  const actions: Record<
    string,
    (row: HTMLElement | undefined, isOnControl: boolean) => (() => void) | undefined
  > = {
    '/': () => () => filter.select(),
    '?': () => () => help.showModal(),
    t: () => nextTheme,
    j: () => () => move(1),
    k: () => () => move(-1),
    ArrowDown: (row, isOnControl) => (row && !isOnControl ? () => move(1) : undefined),
    ArrowUp: (row, isOnControl) => (row && !isOnControl ? () => move(-1) : undefined),
    Enter: (row, isOnControl) => (row && !isOnControl ? () => row.click() : undefined),
    ' ': (row, isOnControl) => (row && !isOnControl ? () => row.click() : undefined),
    c: (row) => press(row, '.cancel'),
    r: (row) => press(row, '.retry'),
  }
}

function press(row: HTMLElement | undefined, button: string): (() => void) | undefined {
  const found = row?.querySelector<HTMLButtonElement>(button)
  return found ? () => found.click() : undefined
}

/** From the row that has the focus to the next, also into the next list. */
function move(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('tr.row')].filter(
    (row) => row.offsetParent !== null,
  )
  const current = document.activeElement?.closest('tr')
  const at = rows.findIndex(
    (row) => current && (row === current || row.nextElementSibling === current),
  )
  const next = at < 0 ? 0 : at + by
  const row = rows[Math.max(0, Math.min(rows.length - 1, next))]
  row?.focus()
  row?.scrollIntoView({ block: 'nearest' })
}

/** Closes the details, then clears the filter, then leaves the rows. */
function leave(filter: HTMLInputElement): void {
  const active = document.activeElement as HTMLElement | null
  const details = active?.closest('tr.details')
  const row = (details?.previousElementSibling ?? active?.closest('tr.row')) as HTMLElement | null
  if (row?.ariaExpanded === 'true') {
    row.focus()
    row.click()
  } else if (filter.value !== '') {
    filter.value = ''
    filter.dispatchEvent(new Event('input'))
  } else active?.blur()
}
