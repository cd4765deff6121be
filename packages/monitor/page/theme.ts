import { byId } from './dom.js'

const themes = ['auto', 'light', 'dark'] as const
const signs = { auto: '◐', light: '○', dark: '●' }
const KEY = 'backgrounder-theme'

/** As the system says, or light, or dark: goes on to the next at each call. */
export function makeTheme(): () => void {
  let index = Math.max(0, themes.indexOf(load() as 'auto'))
  const button = byId('theme')
  const show = () => {
    const theme = themes[index] as (typeof themes)[number]
    document.documentElement.dataset.theme = theme
    button.textContent = signs[theme]
    button.title = `Theme: ${theme} (t)`
    button.setAttribute('aria-label', `Theme: ${theme}`)
  }
  const next = () => {
    index = (index + 1) % themes.length
    save(themes[index] as string)
    show()
  }
  button.addEventListener('click', next)
  show()
  return next
}

// A browser may refuse to keep anything.
function load(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

function save(theme: string): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // it is so until the page is loaded again
  }
}
