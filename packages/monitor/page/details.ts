import { h } from './dom.js'

/** Facts about one thing, by name; those that are not known are left out. */
export function facts(list: Readonly<Record<string, string | undefined>>): HTMLElement {
  const terms = Object.entries(list).flatMap(([name, value]) =>
    value ? [h('dt', {}, name), h('dd', {}, value)] : [],
  )
  return h('dl', { class: 'facts' }, ...terms)
}

export function details(...parts: (Node | undefined)[]): HTMLElement {
  return h('div', { class: 'detail' }, ...parts)
}

/** A text of several lines, as it is. */
export function text(value: string): HTMLElement | undefined {
  return value ? h('pre', { tabindex: '0' }, value) : undefined
}
