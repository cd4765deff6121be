import { byId } from './dom.js'

const SHOWN_MS = 6_000
let timer: ReturnType<typeof setTimeout> | undefined

/** Says something at the bottom of the page, for a while. */
export function notify(text: string): void {
  const notice = byId('notice')
  notice.textContent = text
  notice.hidden = false
  clearTimeout(timer)
  timer = setTimeout(() => {
    notice.hidden = true
  }, SHOWN_MS)
}
