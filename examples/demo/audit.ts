import type { Ledger } from './ledger.js'

/** What the books say when what was added is held against what ran. */
export interface Audit {
  readonly added: number
  readonly ranOnce: number
  readonly lost: number
  readonly ranTwice: number
  readonly failed: number
  readonly reported: number
  readonly clients: number
  readonly answered: number
  readonly hungUp: number
}

export function audit(ledgers: readonly Ledger[]): Audit {
  const timesRun = ledgers.flatMap(({ added, ran }) =>
    added.map(({ id }) => ran.filter((one) => one.id === id && one.end !== undefined).length),
  )
  const ran = ledgers.flatMap((ledger) => ledger.ran)
  const visits = ledgers.flatMap((ledger) => ledger.visits)
  return {
    added: timesRun.length,
    ranOnce: timesRun.filter((times) => times === 1).length,
    lost: timesRun.filter((times) => times === 0).length,
    ranTwice: timesRun.filter((times) => times > 1).length,
    failed: ran.filter(({ error }) => error).length,
    reported: ran.filter(({ reported }) => reported).length,
    clients: visits.length,
    answered: visits.filter(({ status }) => status).length,
    hungUp: visits.filter(({ status }) => !status).length,
  }
}
