import { randomBytes } from 'node:crypto'
import { detailsOf, type Runner, type SettledEvent, type TaskRun } from '@backgrounder/core'
import type { Collector, Watched } from './collector.js'
import type { MonitorOptions } from './options.js'
import { isSettled, makeRow, type RunRow } from './run-row.js'

const MOST_ROWS = 200
const MOST_PENDING = 150
/** Of each runner, the oldest. */
const MOST_LOOKED_AT = 2_000
/** Of those that came and went between two looks. */
const MOST_FRESH = 6
const SETTLED_FOR_MS = 4_000

interface Tracked {
  readonly run: TaskRun
  row: RunRow
  /** When its end was first seen, by Date.now(). */
  settledAt: number | undefined
  /** The last look that has found it pending. */
  look: number
}

/** What has changed since the last look. */
export interface RunChanges {
  readonly rows: RunRow[]
  /** The keys of those that are shown no more. */
  readonly gone: string[]
}

/** The tasks that are shown while somebody looks: what runs, what is next, what has just ended. */
export class LiveRuns {
  readonly #collector: Collector
  readonly #formatArgs: MonitorOptions['formatArgs']
  readonly #tracked = new Map<TaskRun, Tracked>()
  #fresh: { readonly run: TaskRun; readonly runner: string; readonly ms: number | undefined }[] = []
  #times = new Map<TaskRun, number | undefined>()
  #looks = 0
  /** How many of them were pending at the last look. */
  #unsettled = 0
  // A page may ask another process than the one that told it of a task.
  readonly #prefix = randomBytes(6).toString('base64url')
  #last = 0

  constructor(collector: Collector, formatArgs: MonitorOptions['formatArgs']) {
    this.#collector = collector
    this.#formatArgs = formatArgs
  }

  /** This is what each task costs while somebody looks: nothing more for those that will not be shown. */
  readonly settled = ({ name }: Watched, { task, state, ms }: SettledEvent): void => {
    const isFull = this.#fresh.length >= MOST_FRESH
    if (isFull && this.#unsettled === 0 && state === 'succeeded') return
    const run = detailsOf(task)?.run
    if (!run) return
    const isTracked = this.#tracked.has(run)
    // One that is out of time is pending until its function ends: it will be found.
    if (isTracked || this.#collector.overdue.has(run)) this.#times.set(run, ms)
    if (!isTracked && !isFull) this.#fresh.push({ run, runner: name, ms })
  }

  get rows(): RunRow[] {
    return [...this.#tracked.values()].map(({ row }) => row)
  }

  find(key: string): TaskRun | undefined {
    for (const { run, row } of this.#tracked.values()) if (row.key === key) return run
    return undefined
  }

  look(): RunChanges {
    this.#looks += 1
    this.#unsettled = 0
    const before = new Map([...this.#tracked].map(([run, { row }]) => [run, row]))
    for (const { run, runner } of this.#pending()) {
      const seen = this.#track(run, runner)
      seen.look = this.#looks
      seen.settledAt = undefined
      this.#update(seen, this.#collector.overdue.get(run) === run.attempt)
      this.#unsettled += 1
    }
    for (const { run, runner, ms } of this.#fresh) {
      if (this.#tracked.has(run)) continue // it has been found pending: its function goes on
      this.#times.set(run, ms)
      this.#track(run, runner)
    }
    this.#fresh = []
    this.#sweep()
    this.#times.clear()
    const changed = [...this.#tracked.values()].filter(({ run, row }) => before.get(run) !== row)
    const rows = changed.map(({ row }) => row)
    const gone = [...before].filter(([run]) => !this.#tracked.has(run)).map(([, { key }]) => key)
    return { rows, gone }
  }

  /** Nobody looks any more. */
  clear(): void {
    this.#tracked.clear()
    this.#times.clear()
    this.#fresh = []
  }

  /** What runs first, and of each kind the oldest. */
  #pending(): { readonly run: TaskRun; readonly runner: string }[] {
    const all = this.#collector.watched.flatMap(({ name, runner }) =>
      [...oldest(runner)].map((run) => ({ run, runner: name })),
    )
    if (all.length <= MOST_PENDING) return all
    return all.sort((a, b) => rank(a.run) - rank(b.run)).slice(0, MOST_PENDING)
  }

  #track(run: TaskRun, runner: string): Tracked {
    let seen = this.#tracked.get(run)
    if (!seen) {
      this.#last += 1
      const row = makeRow(`${this.#prefix}-${this.#last}`, run, runner, this.#formatArgs)
      seen = { run, row, settledAt: undefined, look: 0 }
      this.#tracked.set(run, seen)
    }
    return seen
  }

  #update(seen: Tracked, isOverdue: boolean): void {
    const { run, row } = seen
    const { state, attempt } = run
    const ms = this.#times.has(run) ? this.#times.get(run) : row.ms
    const isSame = row.state === state && row.attempt === attempt && row.ms === ms
    if (!isSame || row.isOverdue !== isOverdue) seen.row = { ...row, state, attempt, ms, isOverdue }
  }

  /** What has ended stays for a moment; what waits, and is too much to be shown, does not. */
  #sweep(): void {
    const now = Date.now()
    for (const seen of [...this.#tracked.values()]) {
      if (seen.look === this.#looks) continue
      this.#update(seen, false)
      if (isSettled(seen.run)) seen.settledAt ??= now
      if (now - (seen.settledAt ?? 0) > SETTLED_FOR_MS) this.#tracked.delete(seen.run)
    }
    let tooMany = this.#tracked.size - MOST_ROWS
    for (const { run, settledAt } of [...this.#tracked.values()]) {
      if (tooMany <= 0) break
      if (settledAt === undefined) continue
      this.#tracked.delete(run)
      tooMany -= 1
    }
  }
}

/** The oldest that are pending; what runs is found, however many wait before it. */
function oldest(runner: Runner): Iterable<TaskRun> {
  const runs = runner.pending(MOST_LOOKED_AT)
  if (runs.length < MOST_LOOKED_AT) return runs
  return new Set([...runner.running().slice(0, MOST_PENDING), ...runs])
}

function rank({ state }: TaskRun): number {
  switch (state) {
    case 'ready':
      return 1
    case 'delayed':
      return 2
    case 'waiting':
      return 3
    default:
      return 0 // it runs, or is settled and still does
  }
}
