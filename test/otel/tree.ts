import type { ToldSpan } from './sdk.js'

const kinds = ['internal', 'server', 'client', 'producer', 'consumer']

/** The spans as trees of text, each trace by itself; what began earlier stands above. */
export function draw(spans: readonly ToldSpan[]): string {
  const sorted = [...spans].sort((a, b) => a.order - b.order)
  const ids = new Set(sorted.map(({ id }) => id))
  const roots = sorted.filter(({ parent }) => parent === undefined || !ids.has(parent))
  return roots.map((root) => lines(root, sorted).join('\n')).join('\n')
}

function lines(span: ToldSpan, all: readonly ToldSpan[]): string[] {
  const children = all.filter(({ parent, trace }) => parent === span.id && trace === span.trace)
  const drawn = children.flatMap((child, index) => {
    const isLast = index === children.length - 1
    const [first = '', ...rest] = lines(child, all)
    const indent = isLast ? '   ' : '│  '
    return [`${isLast ? '└─' : '├─'} ${first}`, ...rest.map((line) => indent + line)]
  })
  return [label(span, all), ...drawn]
}

function label({ kind, name, attributes, isError, links }: ToldSpan, all: readonly ToldSpan[]) {
  const path = attributes['url.path'] ?? pathOf(attributes['url.full'])
  const outcome = attributes['backgrounder.task.outcome']
  const parts = [kinds[kind], name]
  if (path !== undefined) parts.push(String(path))
  if (outcome !== undefined) {
    parts.push(`#${attributes['backgrounder.task.attempt']} ${outcome}`)
    if (isError) parts.push(String(attributes['error.type']))
  }
  for (const link of links) {
    const linked = all.find(({ id }) => id === link)
    parts.push(`→ ${linked ? kinds[linked.kind] : '?'} ${linked?.name}`)
  }
  return parts.join(' ')
}

function pathOf(url: unknown): string | undefined {
  return typeof url === 'string' ? new URL(url).pathname : undefined
}
