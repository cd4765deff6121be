import type { Exchange } from '../../test/contract/framework.js'

type TaskFunction = () => unknown

export type Sabotage = (run: TaskFunction) => TaskFunction

/** Proof that the ledger can tell: the thousandth task is lost, or runs twice. */
export function sabotageTasks(how: string | undefined): Sabotage {
  if (how && !['lose', 'twice', 'leak'].includes(how)) {
    throw new TypeError(`Expected SOAK_BREAK to be lose, twice or leak, got ${how}`)
  }
  let seen = 0
  return (run) => {
    seen += 1
    if (seen !== 1_000 || (how !== 'lose' && how !== 'twice')) return run
    return how === 'lose' ? () => {} : () => Promise.resolve().then(run).finally(run)
  }
}

/** Proof that the heap can tell: every tenth request is kept. */
export function sabotageMemory(how: string | undefined): (x: Exchange) => void {
  const kept: unknown[] = []
  let seen = 0
  return ({ req }) => {
    seen += 1
    if (how === 'leak' && seen % 10 === 0) kept.push(req)
  }
}
