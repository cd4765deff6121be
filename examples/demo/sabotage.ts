import type { TaskFunction } from './ledger.js'

export type Sabotage = (run: TaskFunction) => TaskFunction

/** Proof that the totals can tell: the second task of the demo is lost, or runs twice. */
export function sabotage(how: string | undefined): Sabotage {
  if (how && how !== 'lose' && how !== 'twice') {
    throw new TypeError(`Expected DEMO_BREAK to be lose or twice, got ${how}`)
  }
  let seen = 0
  return (run) => {
    seen += 1
    if (!how || seen !== 2) return run
    return how === 'lose' ? async () => {} : () => run().then(run)
  }
}
