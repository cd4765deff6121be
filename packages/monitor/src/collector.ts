import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type DrainEvent,
  type DrainReport,
  detailsOf,
  type RetriedEvent,
  type Runner,
  type SettledEvent,
  type TaskContext,
  type TimedOutEvent,
} from '@backgrounder/core'
import { Failures } from './failures.js'
import { NameTable } from './name-table.js'
import { Samples } from './samples.js'

/** A runner that is looked at. */
export class Watched {
  readonly name: string
  readonly runner: Runner
  readonly names: NameTable = new NameTable()
  drain: DrainState | undefined
  /** How many drains are under way. */
  drains = 0

  constructor(name: string, runner: Runner) {
    this.name = name
    this.runner = runner
  }
}

/** A drain that is under way, or the last one. */
export interface DrainState {
  readonly phase: 'start' | 'end'
  /** When it began, in ms since 1970. */
  readonly at: number
  /** In ms; undefined: for ever. */
  readonly timeout: number | undefined
  readonly ok: boolean | undefined
  readonly abandoned: number | undefined
}

/** Is told of each settled task, while somebody looks. */
export type OnSettled = (watched: Watched, event: SettledEvent) => void

/**
 * What is known of the runners' tasks: counters, the last failures and two lines. It keeps no task, and
 * is as large with a million of them as with a thousand.
 */
export class Collector {
  readonly watched: readonly Watched[]
  readonly failures: Failures = new Failures()
  readonly samples: Samples
  /** The attempts that are out of time, while their function goes on. */
  readonly overdue: WeakMap<object, number> = new WeakMap()
  onSettled: OnSettled | undefined
  onDrain: (() => void) | undefined
  readonly #byRunner: ReadonlyMap<Runner, Watched>
  readonly #madeAt = performance.now()
  /** Whose task was settled last: mostly it is the only one. */
  #latest: Watched | undefined

  constructor(runners: ReadonlyMap<string, Runner>) {
    this.watched = [...runners].map(([name, runner]) => new Watched(name, runner))
    this.#byRunner = new Map(this.watched.map((one) => [one.runner, one]))
    this.samples = new Samples(() => this.pending)
    for (const [name, subscriber] of this.#subscribers) subscribe(name, subscriber)
  }

  get isDraining(): boolean {
    return this.watched.some(({ drains }) => drains > 0)
  }

  get pending(): number {
    let pending = 0
    for (const { runner } of this.watched) pending += runner.stats.pending
    return pending
  }

  close(): void {
    for (const [name, subscriber] of this.#subscribers) unsubscribe(name, subscriber)
    this.samples.close()
  }

  readonly #subscribers: readonly (readonly [string, (message: unknown) => void])[] = [
    ['backgrounder.task.settled', contained((event) => this.#settled(event as SettledEvent))],
    ['backgrounder.task.retried', contained((event) => this.#retried(event as RetriedEvent))],
    ['backgrounder.task.timedOut', contained((event) => this.#timedOut(event as TimedOutEvent))],
    ['backgrounder.drain', contained((event) => this.#drained(event as DrainEvent))],
  ]

  #watchedOf(task: TaskContext): Watched | undefined {
    const runner = detailsOf(task)?.runner
    const latest = this.#latest
    if (latest !== undefined && latest.runner === runner) return latest
    const watched = runner && this.#byRunner.get(runner)
    if (watched) this.#latest = watched
    return watched
  }

  // This is what each task costs: no more is done than has to be.
  #settled(event: SettledEvent): void {
    const { task, state, ms } = event
    const watched = this.#watchedOf(task)
    if (watched === undefined) return
    watched.names.of(task.name).settled(state, ms)
    if (state === 'failed' || state === 'timedOut') this.#failed(watched, event, state)
    this.onSettled?.(watched, event)
  }

  #failed(
    { name }: Watched,
    { task, error, ms }: SettledEvent,
    state: 'failed' | 'timedOut',
  ): void {
    this.failures.add(name, task, { state, attempt: task.attempt, ms, error })
  }

  #retried({ task, attempt, error }: RetriedEvent): void {
    const watched = this.#watchedOf(task)
    if (!watched) return
    watched.names.of(task.name).tried()
    this.failures.add(watched.name, task, { state: 'retried', attempt, ms: undefined, error })
  }

  #timedOut({ task, attempt, reason }: TimedOutEvent): void {
    if (reason === 'timeout' && this.#watchedOf(task)) this.overdue.set(task, attempt)
  }

  #drained({ runner, phase, timeout, report, ms = 0 }: DrainEvent): void {
    const watched = this.#byRunner.get(runner)
    if (!watched) return
    if (phase === 'start') watched.drains += 1
    // One that had begun before this was made was not counted.
    else if (performance.now() - ms >= this.#madeAt) watched.drains -= 1
    // Of several at once, the one that began first is shown until the last is over.
    if (watched.drains > (phase === 'start' ? 1 : 0)) return
    watched.drain = {
      phase,
      at: phase === 'start' ? Date.now() : (watched.drain?.at ?? Date.now()),
      timeout: timeout === Infinity ? undefined : timeout,
      ...resultOf(report),
    }
    this.onDrain?.()
  }
}

function resultOf(report: DrainReport | undefined): Pick<DrainState, 'ok' | 'abandoned'> {
  return { ok: report?.ok, abandoned: report?.abandoned.length }
}

/** What a subscriber throws ends the process: no page is worth that. */
function contained(subscriber: (message: unknown) => void): (message: unknown) => void {
  return (message) => {
    try {
      subscriber(message)
    } catch {
      // A task that cannot be counted is not.
    }
  }
}
