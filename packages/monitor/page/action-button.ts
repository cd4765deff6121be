import { post } from './connection.js'
import { h } from './dom.js'
import { notify } from './notice.js'

const CONFIRM_MS = 4_000

export interface Action {
  readonly what: 'cancel' | 'retry'
  readonly label: string
  readonly body: Record<string, string>
  /** Asks for a second press. */
  readonly isConfirmed: boolean
  readonly of: string
}

/** A button that asks the server to do something to one task. */
export function actionButton({ what, label, body, isConfirmed, of }: Action): HTMLButtonElement {
  const button = h('button', { type: 'button', class: `button ${what}` }, label)
  button.setAttribute('aria-label', `${label} ${of}`)
  let timer: ReturnType<typeof setTimeout> | undefined

  function disarm() {
    clearTimeout(timer)
    delete button.dataset.armed
    button.textContent = label
    button.setAttribute('aria-label', `${label} ${of}`)
  }

  async function act() {
    disarm()
    button.disabled = true
    try {
      await post(what, body)
    } catch (error) {
      notify(`${label} ${of}: ${(error as Error).message}`)
    } finally {
      button.disabled = false
    }
  }

  button.addEventListener('click', () => {
    if (!isConfirmed || button.dataset.armed) {
      void act() // tells of what it throws
      return
    }
    button.dataset.armed = ''
    button.textContent = 'Sure?'
    button.setAttribute('aria-label', `${label} ${of}: press again to confirm`)
    timer = setTimeout(disarm, CONFIRM_MS)
  })
  button.addEventListener('blur', disarm)
  return button
}
