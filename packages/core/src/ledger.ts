import { publishSettled } from './channels.js'
import { contain } from './contain.js'
import { PendingRuns } from './pending-runs.js'
import { reportFailure } from './report.js'
import type { Run } from './run.js'
import type { RunnerSettings } from './runner.js'
import type { SettledState, TaskRun } from './task-run.js'

/**
 * What a runner has accepted and not seen the end of, and how the rest has ended.
 *
 * A run is settled once, by `settle`. It is pending until it is settled and its function has ended:
 * one that has timed out is settled while its function runs.
 */
export class Ledger {
  readonly pending: PendingRuns = new PendingRuns()
  readonly counts: Record<SettledState, number> = {
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    cancelled: 0,
    skipped: 0,
    handedOff: 0,
    abandoned: 0,
  }
  readonly #options: RunnerSettings
  #whenIdle: (() => void)[] = []

  constructor(options: RunnerSettings) {
    this.#options = options
  }

  /** The one place where a task is settled: once, whatever comes after. */
  settle(run: Run, state: SettledState, error?: unknown): void {
    stopTimer(run)
    run.extras?.unfollow?.()
    run.settle(state, error)
    this.counts[state] += 1
    // Its function still runs, if its time is up: then it is freed when that has ended.
    const hasEnded = !run.extras?.timeout
    // Before the report: in a full runner `onError` may add a task in its place.
    if (hasEnded) this.pending.delete(run)
    if (state === 'failed' || state === 'timedOut') this.#report(run, error)
    publishSettled(run, state, error, run.startedAt)
    run.release()
    if (hasEnded) this.free(run)
    run.lane.settled(run)
  }

  /** Nothing of it is left; the runner may have nothing left to do. */
  free(run: Run): void {
    this.pending.delete(run)
    run.lane.ended?.(run)
    if (this.pending.size > 0 || this.#whenIdle.length === 0) return
    for (const wake of this.#whenIdle.splice(0)) wake()
  }

  #report(run: Run, error: unknown): void {
    const { onError } = this.#options
    contain(
      () => run.inScope(onError, error, run as TaskRun),
      (thrown) => {
        const both = new AggregateError([error, thrown], 'onError failed too')
        contain(() => reportFailure(this.#options, both, run))
      },
    )
  }

  /** Resolves when nothing is pending. */
  idle(): Promise<void> {
    if (this.pending.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#whenIdle.push(resolve))
  }
}

/** Whatever the state that a run is in was to last, it has ended. */
export function stopTimer(run: Run): void {
  if (!run.extras?.timer) return
  clearTimeout(run.extras.timer)
  run.set('timer', undefined)
}
