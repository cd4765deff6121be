import type { Ledger } from './ledger.js'
import { bold, plain, red } from './style.js'

/** What the clients, the handlers and the tasks' functions wrote down, added up. */
export interface Totals {
  readonly requests: number
  readonly answered: number
  readonly 'hung up': number
  readonly 'tasks added': number
  readonly 'ran once': number
  readonly lost: number
  readonly twice: number
  readonly failed: number
  readonly reported: number
}

export function countTotals({ visits, added, ran }: Ledger): Totals {
  const runs = added.map(({ id }) => ran.filter((one) => one.id === id && one.end).length)
  const answered = visits.filter(({ status }) => status).length
  return {
    requests: visits.length,
    answered,
    'hung up': visits.length - answered,
    'tasks added': added.length,
    'ran once': runs.filter((count) => count === 1).length,
    lost: runs.filter((count) => count === 0).length,
    twice: runs.filter((count) => count > 1).length,
    failed: ran.filter(({ error }) => error).length,
    reported: ran.filter(({ reported }) => reported).length,
  }
}

export function addUp(all: readonly Totals[]): Totals {
  return all.reduce((sum, totals) => {
    const keys = Object.keys(sum) as (keyof Totals)[]
    return Object.fromEntries(keys.map((key) => [key, sum[key] + totals[key]])) as unknown as Totals
  })
}

/** A table: a row for each server, a column for each count. */
export function drawTotals(rows: Readonly<Record<string, Totals>>): string {
  const lines = Object.entries(rows).map(([name, totals]) => {
    const counts = Object.entries(totals).map(([count, value]) =>
      (isWrong(count, value) ? red : plain)(String(value).padStart(count.length + 2)),
    )
    return `  ${name.padEnd(width)}${counts.join('')}`
  })
  const counts = Object.keys(Object.values(rows)[0] ?? {})
  const head = `  ${'own records'.padEnd(width)}${counts.map((count) => `  ${count}`).join('')}`
  return `\n${[bold(head), ...lines].join('\n')}`
}

const width = 12
const isWrong = (count: string, value: number) => /lost|twice/.test(count) && value > 0
