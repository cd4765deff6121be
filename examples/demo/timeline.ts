import type { Added, Ledger, Ran, Span, Visit } from './ledger.js'
import { bold, cyan, dim, green, red, type Style, yellow } from './style.js'

const columns = 42
const step = 8 // ms in one column

const signs = [
  `${green('●')} client has its answer`,
  `${yellow('✕')} client has gone`,
  `${cyan('█')} task runs`,
  `${red('✗')} task failed and was reported`,
]

export const legend: string = `
  ${signs.join('    ')}
  ${dim('A task starts once its answer is with the operating system; the client reads it a moment later.')}`

/** A row for each task, the first of them beside its client. */
export function drawTimeline(title: string, ledger: Ledger, closing: Span): string {
  const rows = ledger.visits.flatMap((visit) => {
    const added = ledger.added.filter(({ path }) => path === visit.path)
    const tasks = added.flatMap((task) => drawTask(task, ledger.ran))
    return tasks.map((task, index) => row(task, index === 0 ? visit : undefined))
  })
  const waits = row({ name: dim('close() waits'.padEnd(14)), ...drawSpan(closing, '░', dim) })
  return [head(title), ...rows, waits].join('\n')
}

interface DrawnTask {
  readonly name: string
  readonly times: string
  readonly marks: readonly Mark[]
  readonly note?: string
}

function drawTask({ id, name }: Added, all: readonly Ran[]): DrawnTask[] {
  const ran = all.filter((one) => one.id === id)
  if (ran.length === 0) return [{ name, times: 'never ran', marks: [], note: ' ✗ lost' }]
  return ran.map((one, index) => {
    if (index > 0) return { name, ...drawSpan(one, '█', red), note: ' ✗ ran twice' }
    if (!one.error) return { name, ...drawSpan(one, '█', cyan) }
    const note = one.reported ? one.error.message : 'nobody was told'
    return { name, ...drawSpan(one, '█', red), note: ` ✗ ${note}` }
  })
}

function drawSpan({ start, end = start }: Span, char: string, style: Style) {
  return {
    times: `${start.toFixed().padStart(3)} – ${end.toFixed().padStart(3)}`,
    marks: [{ from: start, to: end, char, style }],
  }
}

function head(title: string): string {
  const axis = [0, 100, 200, 300].reduce((line, ms) => line.padEnd(at(ms)) + String(ms), '')
  return `\n${bold(cells(title, 'answer', 'task', 'ms'))}${dim(axis)}`
}

function row({ name, times, marks, note = '' }: DrawnTask, visit?: Visit): string {
  if (!visit) return cells('', '', name, times) + draw(marks, note)
  const { client, status, start, end = start } = visit
  const answer = `${String(status ?? 'none').padStart(4)} ${end.toFixed().padStart(4)}`
  const waits = { from: start, to: end, char: '─', style: dim }
  const leaves = { from: end, to: end, char: status ? '●' : '✕', style: status ? green : yellow }
  return cells(client, answer, name, times) + draw([...marks, waits, leaves], note)
}

function cells(client: string, answer: string, task: string, times: string): string {
  return `  ${client.padEnd(17)}${answer.padStart(9)}   ${task.padEnd(14)}${times.padStart(10)}   `
}

interface Mark {
  readonly from: number
  readonly to: number
  readonly char: string
  readonly style: Style
}

/** Later marks go over earlier ones; the note stands behind them, as far as there is room. */
function draw(marks: readonly Mark[], note: string): string {
  const line: string[] = []
  for (const { from, to, char, style } of marks) {
    for (let column = at(from); column <= at(to); column++) line[column] = style(char)
  }
  const bar = Array.from(line, (cell) => cell ?? ' ').join('')
  return bar + red(note.slice(0, columns - line.length))
}

const at = (ms: number) => Math.min(Math.floor(ms / step), columns - 1)
