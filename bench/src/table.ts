/** One line of the report. */
export interface Line {
  /** The number of the figure in the list of targets; none for a comparison. */
  readonly figure: string
  readonly what: string
  readonly framework: string
  readonly value: string
  readonly target: string
  readonly verdict: string
}

const heads: Line = {
  figure: '#',
  what: 'what, against what',
  framework: 'on',
  value: 'measured',
  target: 'target',
  verdict: '',
}

/** As a Markdown table, its columns in line. */
export function markdown(lines: readonly Line[]): string {
  const keys = Object.keys(heads) as (keyof Line)[]
  const widths = keys.map((key) => Math.max(...[heads, ...lines].map((line) => line[key].length)))
  const row = (line: Line) =>
    `| ${keys.map((key, i) => line[key].padEnd(widths[i] as number)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [row(heads), rule, ...lines.map(row)].join('\n')
}

/** Whether a figure is within its target; no target, no verdict. */
export function verdict(value: number, target: number | undefined, isBetter = atMost): string {
  if (target === undefined) return ''
  return isBetter(value, target) ? 'met' : 'missed'
}

export const atMost = (value: number, target: number): boolean => value <= target
export const atLeast = (value: number, target: number): boolean => value >= target
