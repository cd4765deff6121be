import type { RunnerStats } from '@backgrounder/core'
import type { DeadRow, EngineRow } from '../src/engines.js'
import type { Failure } from '../src/failures.js'
import type { RunRow } from '../src/run-row.js'
import type { Point } from '../src/samples.js'
import type { NameRow, Picture, RunnerRow } from '../src/view.js'

export type { DeadRow, EngineRow, Failure, NameRow, Point, RunnerRow, RunRow }

const MOST_FAILURES = 100
const MOST_POINTS = 300

/** All that is known of the server's tasks. */
export class Model {
  runners: readonly RunnerRow[] = []
  readonly runs = new Map<string, RunRow>()
  readonly names = new Map<string, NameRow>()
  failures: Failure[] = []
  dropped = 0
  points: Point[] = []
  engines: readonly EngineRow[] = []
  /** What the buttons of the application say. */
  actions: readonly string[] = []
  access: 'read' | 'write' = 'read'
  /** Whether anything was told at all. */
  isKnown = false
  /** How far the server's clock is before ours, in ms. */
  #ahead = 0
  #settled: { at: number; count: number } | undefined
  /** How many tasks were settled in the last second. */
  rate = 0

  /** By the server's clock, in ms since 1970. */
  get now(): number {
    return Date.now() + this.#ahead
  }

  /** The counts of all runners. */
  get totals(): Record<keyof RunnerStats, number> {
    const totals: Record<string, number> = {}
    for (const { stats } of this.runners) {
      for (const [key, count] of Object.entries(stats)) totals[key] = (totals[key] ?? 0) + count
    }
    return totals as Record<keyof RunnerStats, number>
  }

  /** Whether nothing was ever added. */
  get isEmpty(): boolean {
    const counts = [this.totals, ...this.engines.map(({ stats }) => stats)].flatMap((stats) =>
      Object.values(stats ?? {}),
    )
    return this.isKnown && counts.every((count) => count === 0)
  }

  /** What may be done: every row has to be shown anew. */
  setAccess(access: 'read' | 'write'): void {
    this.access = access
    for (const [key, row] of this.runs) this.runs.set(key, { ...row })
    this.engines = this.engines.map((one) => {
      return { ...one, dead: one.dead.map((row) => ({ ...row })) }
    })
  }

  /** All, in the place of what is known. */
  replace(picture: Picture): void {
    this.runs.clear()
    this.names.clear()
    this.failures = []
    this.points = []
    this.#settled = undefined
    this.isKnown = true
    this.add(picture)
  }

  /** What has changed. */
  add(picture: Picture): void {
    const { at, runners, runs, names, failures, dropped, points, engines, actions } = picture
    this.#ahead = at - Date.now()
    if (runners) this.runners = runners
    for (const row of runs?.rows ?? []) this.runs.set(row.key, row)
    for (const key of runs?.gone ?? []) this.runs.delete(key)
    for (const row of names ?? []) this.names.set(`${row.runner}\n${row.name}`, row)
    if (failures) this.failures = [...this.failures, ...failures].slice(-MOST_FAILURES)
    if (dropped !== undefined) this.dropped = dropped
    if (points) this.points = [...this.points, ...points].slice(-MOST_POINTS)
    if (engines) this.engines = engines
    if (actions) this.actions = actions
    this.#measure(at)
  }

  #measure(at: number): void {
    const { pending, running, overdue, ...ends } = this.totals
    const count = Object.values(ends).reduce((sum, one) => sum + one, 0)
    const last = this.#settled
    if (last && at - last.at < 950) return
    this.rate = last ? ((count - last.count) * 1_000) / (at - last.at) : 0
    this.#settled = { at, count }
  }
}
