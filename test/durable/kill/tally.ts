import type { Run } from './killed-store.js'

/** What became of what was answered. */
export interface Tally {
  readonly answered: number
  readonly stored: number
  /** Answered, and not stored or not run. */
  readonly lost: number
  readonly run: number
  readonly twice: number
}

interface Counted {
  readonly answered: ReadonlySet<string>
  readonly stored: ReadonlySet<string>
  readonly runs: readonly Run[]
}

/** Compares the sets of ids, and prints one line. */
export function tally(title: string, { answered, stored, runs }: Counted): Tally {
  const times = new Map<string, number>()
  for (const { id } of runs) times.set(id, (times.get(id) ?? 0) + 1)
  const result = {
    answered: answered.size,
    stored: stored.size,
    lost: [...answered].filter((id) => !stored.has(id) || !times.has(id)).length,
    run: times.size,
    twice: [...times.values()].filter((count) => count > 1).length,
  }
  const { lost, run, twice } = result
  console.log(
    `killed: ${title}: answered ${answered.size}, stored ${stored.size}, lost ${lost}, ` +
      `run ${run}, run twice ${twice}`,
  )
  return result
}
