import { post, type What } from './connection.js'
import { h } from './dom.js'
import { notify } from './notice.js'

const CONFIRM_MS = 4_000

export interface Action {
  readonly what: What
  readonly label: string
  readonly body: Record<string, string>
  /** Asks for a second press. */
  readonly isConfirmed: boolean
  /** What it is done to: one of many, whose buttons say the same. */
  readonly of?: string
}

/** A button that asks the server to do something. */
export function actionButton({ what, label, body, isConfirmed, of }: Action): HTMLButtonElement {
  const whole = of === undefined ? label : `${label} ${of}`
  const button = h(
    'button',
    { type: 'button', class: `button ${what}`, 'aria-label': whole },
    label,
  )
  let timer: ReturnType<typeof setTimeout> | undefined

  function disarm() {
    clearTimeout(timer)
    delete button.dataset.armed
    button.textContent = label
    button.setAttribute('aria-label', whole)
  }

  async function act() {
    disarm()
    button.disabled = true
    try {
      await post(what, body)
    } catch (error) {
      notify(`${whole}: ${(error as Error).message}`)
    } finally {
      button.disabled = false
    }
  }

  button.addEventListener('click', () => {
    if (!isConfirmed || 'armed' in button.dataset) {
      void act() // tells of what it throws
      return
    }
    button.dataset.armed = ''
    button.textContent = 'Sure?'
    button.setAttribute('aria-label', `${whole}: press again to confirm`)
    timer = setTimeout(disarm, CONFIRM_MS)
  })
  button.addEventListener('blur', disarm)
  return button
}
