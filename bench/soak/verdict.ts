import type { Result } from './soak.js'

/** A request that is kept costs 3 kB: of a million, one in five hundred would be too many. */
const MOST_GROWTH = 5_000_000

export function growth({ before, after }: Result): number {
  return after.heap - before.heap
}

/** What must not be, each in a sentence; none when all is well. */
export function findFaults(result: Result): string[] {
  const { clients, after } = result
  const { stats } = after
  const claims: [isSo: boolean, otherwise: string][] = [
    [after.lost === 0, `${after.lost} tasks were lost`],
    [after.twice === 0, `${after.twice} tasks ran twice`],
    [after.settled === after.accepted, `${after.accepted - after.settled} tasks did not end`],
    [
      stats.succeeded === after.settled - after.failed && stats.failed === after.failed,
      `the runner counts ${stats.succeeded} succeeded and ${stats.failed} failed, ` +
        `the tasks ${after.settled - after.failed} and ${after.failed}`,
    ],
    [
      stats.pending + stats.skipped + stats.abandoned === 0,
      `the runner counts ${stats.pending} pending, ${stats.skipped} skipped, ` +
        `${stats.abandoned} abandoned`,
    ],
    [
      after.reported === after.failed,
      `onError heard of ${after.reported} of ${after.failed} failures`,
    ],
    [clients.missing === 0, `${clients.missing} answers did not come whole`],
    [clients.stuck === 0, `${clients.stuck} connections did not end`],
    [clients.wrong === 0, `${clients.wrong} answers were another request's`],
    [growth(result) < MOST_GROWTH, 'the heap has grown by 5 MB or more'],
  ]
  return claims.filter(([isSo]) => !isSo).map(([, otherwise]) => otherwise)
}
