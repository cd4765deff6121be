import type { Added, Ledger, Ran, Visit } from './ledger.js'
import { blue, bold, dim, green, red, yellow } from './style.js'

const columns = 42
const step = 8 // ms in a column

/** One row for each task, with its client's answer beside the first one. */
export function drawTimeline(title: string, ledger: Ledger, close: Ran): string {
  const rows = ledger.visits.flatMap((visit) => {
    const added = ledger.added.filter(({ path }) => path === visit.path)
    const tasks = added.flatMap((task) => drawTask(task, ledger.ran))
    return tasks.map((task, index) => row(index === 0 ? visit : undefined, task))
  })
  const drain = { name: 'close() waits', times: times(close), bar: dim(bar(close, '░')) }
  return [bold(head(title)), ...rows, row(undefined, drain)].join('\n')
}

export const legend = `${green('●')} client has its answer   ${yellow('✕')} client has gone   ${blue('█')} task runs   ${red('✗')} task failed`

interface DrawnTask {
  readonly name: string
  readonly times: string
  readonly bar: string
}

function drawTask({ id, name }: Added, all: readonly Ran[]): DrawnTask[] {
  const ran = all.filter((one) => one.id === id)
  if (ran.length === 0) return [{ name, times: red('never ran'.padStart(11)), bar: '' }]
  return ran.map((one, index) => ({
    name: index === 0 ? name : `${name} AGAIN`,
    times: times(one),
    bar: one.error ? red(`${bar(one, '█')}✗ ${describe(one)}`) : blue(bar(one, '█')),
  }))
}

function describe({ error, reported }: Ran): string {
  return reported ? (error as Error).message : 'not reported'
}
