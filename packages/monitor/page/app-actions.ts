import { actionButton } from './action-button.js'
import { byId } from './dom.js'
import type { Model } from './model.js'

/** The application's own buttons, for who may write. */
export function makeAppActions(model: Model): () => void {
  const place = byId('actions')
  let shown = ''
  return () => {
    const labels = model.access === 'write' ? model.actions : []
    const wanted = JSON.stringify(labels)
    if (wanted === shown) return
    shown = wanted
    const button = (label: string) =>
      actionButton({ what: 'press', label, body: { id: label }, isConfirmed: false })
    place.replaceChildren(...labels.map(button))
  }
}
