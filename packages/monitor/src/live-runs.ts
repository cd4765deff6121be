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

/** One that was pending at the last look. */
interface Tracked {
  readonly row: RunRow
  readonly look: number
}

/** What is shown of one that has ended; no task is kept for it. */
interface Ended {
  readonly row: RunRow
  /** When that was seen, by Date.now(). */
  readonly at: number
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
  /** The oldest first. */
  readonly #ended: Ended[] = []
  /** Of those that came and went since the last look. */
  #fresh: { readonly run: TaskRun; readonly row: RunRow }[] = []
  /** How long they took that have ended, of those that the next look will find. */
  readonly #times = new Map<TaskRun, number | undefined>()
  #looks = 0
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
    if (isFull && this.#tracked.size === 0 && state === 'succeeded') return
    const run = detailsOf(task)?.run
    if (!run) return
    // One that is out of time is pending until its function ends: it will be found.
    if (this.#tracked.has(run) || this.#collector.overdue.has(run)) this.#times.set(run, ms)
    else if (!isFull) this.#fresh.push({ run, row: { ...this.#makeRow(run, name), ms } })
  }

  get rows(): RunRow[] {
    return [...this.#tracked.values(), ...this.#ended].map(({ row }) => row)
  }

  /** One that has not ended. */
  find(key: string): TaskRun | undefined {
    for (const [run, { row }] of this.#tracked) if (row.key === key) return run
    return undefined
  }

  look(): RunChanges {
    this.#looks += 1
    const rows: RunRow[] = []
    for (const { run, runner } of this.#pending()) {
      const before = this.#tracked.get(run)?.row
      const isOverdue = this.#collector.overdue.get(run) === run.attempt
      const row = this.#update(before ?? this.#makeRow(run, runner), run, isOverdue)
      this.#tracked.set(run, { row, look: this.#looks })
      if (row !== before) rows.push(row)
    }
    const ended: RunRow[] = []
    const gone: string[] = []
    for (const [run, { row, look }] of this.#tracked) {
      if (look === this.#looks) continue
      this.#tracked.delete(run)
      if (isSettled(run)) ended.push(this.#update(row, run, false))
      else gone.push(row.key) // it waits, and is too much to be shown
    }
    for (const { run, row } of this.#fresh) {
      // Else it has been found pending: its function goes on.
      if (!this.#tracked.has(run)) ended.push(row)
    }
    const now = Date.now()
    for (const row of ended) this.#ended.push({ row, at: now })
    rows.push(...ended)
    this.#fresh = []
    this.#times.clear()
    gone.push(...this.#forget(now))
    return { rows: rows.filter(({ key }) => !gone.includes(key)), gone }
  }

  /** Nobody looks any more. */
  clear(): void {
    this.#tracked.clear()
    this.#times.clear()
    this.#ended.length = 0
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

  #makeRow(run: TaskRun, runner: string): RunRow {
    this.#last += 1
    return makeRow(`${this.#prefix}-${this.#last}`, run, runner, this.#formatArgs)
  }

  /** The same row, when nothing has changed. */
  #update(row: RunRow, run: TaskRun, isOverdue: boolean): RunRow {
    const { state, attempt } = run
    const ms = this.#times.has(run) ? this.#times.get(run) : row.ms
    const isSame = row.state === state && row.attempt === attempt && row.ms === ms
    return isSame && row.isOverdue === isOverdue ? row : { ...row, state, attempt, ms, isOverdue }
  }

  /** What has ended stays for a moment, where there is room; gives back the keys of the others. */
  #forget(now: number): string[] {
    const tooMany = this.#tracked.size + this.#ended.length - MOST_ROWS
    const stays = this.#ended.findIndex(
      ({ at }, index) => index >= tooMany && now - at <= SETTLED_FOR_MS,
    )
    const count = stays === -1 ? this.#ended.length : stays
    return this.#ended.splice(0, count).map(({ row }) => row.key)
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
