import type { Sabotage } from './ledger.js'

const victim = 1

/** Proof that the totals can tell: one task of the demo is lost, or runs twice. */
export function sabotage(how: string | undefined): Sabotage {
  if (how === 'lose') return (id, run) => (id === victim ? async () => {} : run)
  if (how === 'twice') return (id, run) => (id === victim ? () => run().then(run) : run)
  if (how) throw new TypeError(`Expected DEMO_BREAK to be lose or twice, got ${how}`)
  return (_id, run) => run
}
