import type { RunnerStats, SettledState } from '@backgrounder/core'
import type { Collector, DrainState } from './collector.js'
import { type EngineRow, Engines } from './engines.js'
import type { Failure } from './failures.js'
import { LiveRuns, type RunChanges } from './live-runs.js'
import type { NameCounts } from './name-table.js'
import type { MonitorOptions } from './options.js'
import type { Point } from './samples.js'

/** A runner, as it is shown. */
export interface RunnerRow {
  readonly name: string
  readonly stats: RunnerStats
  readonly drain: DrainState | undefined
}

/** The tasks of a name, as they are shown. */
export interface NameRow {
  readonly runner: string
  readonly name: string
  readonly ends: Readonly<Record<SettledState, number>>
  readonly retried: number
  readonly p50: number | undefined
  readonly p95: number | undefined
  readonly max: number
  /** How many took less than 1 ms, less than 2, less than 4, and so on. */
  readonly bars: readonly number[]
}

/** All that the page shows; or of it, what has changed. */
export interface Picture {
  /** By this process's clock, in ms since 1970. */
  readonly at: number
  readonly runners?: readonly RunnerRow[]
  readonly runs?: RunChanges
  readonly names?: readonly NameRow[]
  readonly failures?: readonly Failure[]
  /** How many failures were too many at once to be kept. */
  readonly dropped?: number
  readonly points?: readonly Point[]
  readonly engines?: readonly EngineRow[]
  /** What the buttons of the application say: these do not change. */
  readonly actions?: readonly string[]
}

/** What the page shows, as JSON: in full for whoever comes, and then for all what has changed. */
export class View {
  readonly runs: LiveRuns
  readonly engines: Engines
  readonly actions: ReadonlyMap<string, () => unknown>
  readonly #collector: Collector
  // What was told last.
  #changes = new Map<NameCounts, number>()
  #failure = 0
  #point = 0
  readonly #told = { runners: '', engines: '' }

  constructor(collector: Collector, { formatArgs, actions = {} }: MonitorOptions) {
    this.#collector = collector
    this.runs = new LiveRuns(collector, formatArgs)
    this.engines = new Engines(collector.watched, formatArgs)
    this.actions = new Map(Object.entries(actions))
  }

  /** Somebody looks. */
  open(): void {
    this.#collector.onSettled = this.runs.settled
    this.#collector.samples.look(true)
    this.changes()
  }

  /** Nobody does any more, and no task is kept for it. */
  close(): void {
    this.#collector.onSettled = undefined
    this.#collector.samples.look(false)
    this.#changes = new Map()
    this.runs.clear()
    this.engines.hurry()
  }

  get full(): string {
    const { failures, samples } = this.#collector
    return JSON.stringify({
      at: Date.now(),
      runners: this.#runnerRows(),
      runs: { rows: this.runs.rows, gone: [] },
      names: this.#counts().map(({ runner, counts }) => nameRow(runner, counts)),
      // What came since is told to all with the next changes.
      failures: failures.since(0).filter(({ key }) => key <= this.#failure),
      dropped: failures.dropped,
      points: samples.since(0).filter(([at]) => at <= this.#point),
      engines: this.engines.rows,
      actions: [...this.actions.keys()],
    } satisfies Picture)
  }

  /** Undefined when nothing has. */
  changes(): string | undefined {
    const { failures, samples } = this.#collector
    this.engines.look()
    const runs = this.runs.look()
    const names = this.#counts()
      .filter(({ counts }) => this.#hasChanged(counts))
      .map(({ runner, counts }) => nameRow(runner, counts))
    const news = failures.since(this.#failure)
    const points = samples.since(this.#point)
    const parts = [
      this.#ifNew('runners', this.#runnerRows()),
      runs.rows.length + runs.gone.length > 0 && part('runs', runs),
      names.length > 0 && part('names', names),
      news.length > 0 && `${part('failures', news)},${part('dropped', failures.dropped)}`,
      points.length > 0 && part('points', points),
      this.#ifNew('engines', this.engines.rows),
    ].filter(Boolean)
    this.#failure = failures.last
    this.#point = points.at(-1)?.[0] ?? this.#point
    return parts.length > 0 ? `{${part('at', Date.now())},${parts.join(',')}}` : undefined
  }

  #ifNew<K extends 'runners' | 'engines'>(name: K, value: Picture[K]): string | undefined {
    const text = part(name, value)
    if (text === this.#told[name]) return undefined
    this.#told[name] = text
    return text
  }

  #hasChanged(counts: NameCounts): boolean {
    if (this.#changes.get(counts) === counts.changes) return false
    this.#changes.set(counts, counts.changes)
    return true
  }

  #runnerRows(): RunnerRow[] {
    return this.#collector.watched.map(({ name, runner, drain }) => {
      return { name, stats: runner.stats, drain }
    })
  }

  #counts(): { readonly runner: string; readonly counts: NameCounts }[] {
    return this.#collector.watched.flatMap(({ name, names }) =>
      [...names].map((counts) => ({ runner: name, counts })),
    )
  }
}

/** Of a picture's JSON: what is made into text for a comparison is not made again to be sent. */
function part<K extends keyof Picture>(name: K, value: Picture[K]): string {
  return `"${name}":${JSON.stringify(value)}`
}

function nameRow(runner: string, { name, ends, retried, times }: NameCounts): NameRow {
  const { max } = times
  const [p50, p95] = [times.quantile(0.5), times.quantile(0.95)]
  return { runner, name, ends, retried, p50, p95, max, bars: times.octaves() }
}
