import { setMaxListeners } from 'node:events'
import { contain } from './contain.js'
import {
  AbandonedError,
  CancelledError,
  SkippedError,
  type SkipReason,
  TimeoutError,
} from './errors.js'
import { publish } from './events.js'
import { PendingRuns } from './pending-runs.js'
import { reportAbandoned, reportFailure } from './report.js'
import { retryDelay } from './retry.js'
import type { Run } from './run.js'
import type { RunnerSettings } from './runner.js'
import type { SettledState, TaskRun, TaskState } from './task-run.js'
import { limitOf, startTimer } from './timer.js'
import { Turns } from './turns.js'
import { BlockedWarning, SlowWarning, warnOverdue } from './warnings.js'

/**
 * What happens to a run from its acceptance to its end:
 *
 *   ready → running → (delayed → ready → running)* → settled
 *
 * A run is settled once, by `#settle`. It is pending until it is settled and its function has ended:
 * one that has timed out is settled while its function runs, and keeps its slot until that ends.
 */
export class Lifecycle {
  readonly pending: PendingRuns = new PendingRuns()
  readonly turns: Turns
  readonly counts: Record<SettledState, number> = {
    succeeded: 0,
    failed: 0,
    timedOut: 0,
    cancelled: 0,
    skipped: 0,
    abandoned: 0,
  }
  /** How many functions run whose time is up. */
  overdue = 0
  /** Why everything is to end now: the last seconds of a drain. Nothing is tried again. */
  abortion: { readonly reason: unknown } | undefined
  /** No retry waits for its time. */
  isHurried = false
  readonly #options: RunnerSettings
  readonly #slow: SlowWarning | undefined
  #whenIdle: (() => void)[] = []

  constructor(options: RunnerSettings) {
    this.#options = options
    const slowAfter = limitOf(options.slowWarning)
    this.#slow = slowAfter < Infinity ? new SlowWarning(this.pending, slowAfter) : undefined
    const blocked = new BlockedWarning()
    this.turns = new Turns({
      concurrency: options.concurrency,
      start: (run, now) => this.#start(run, now),
      blockedAfter: limitOf(options.blockedWarning),
      onBlocked: (run, ms) => blocked.tell(run, ms),
    })
  }

  /** Lets a run start that was accepted when there had been so many turns: in a later one. */
  makeReady(run: Run, acceptedInTurn: number): void {
    if (run.isSettled) return
    run.wait('ready')
    const queueTimeout = run.options.queueTimeout ?? this.#options.queueTimeout
    if (queueTimeout !== false) {
      run.set(
        'timer',
        startTimer(() => this.#expire(run, queueTimeout), queueTimeout),
      )
    }
    this.turns.add(run, acceptedInTurn)
  }

  #expire(run: Run, queueTimeout: number): void {
    const error = new TimeoutError(run.name, queueTimeout, 'started')
    const { attempt } = run
    publish('task.timedOut', { task: run, attempt, reason: 'queueTimeout', error })
    this.withdraw(run)
    this.#settle(run, 'timedOut', error)
  }

  #start(run: Run, now: number): void {
    this.#stopTimer(run)
    let reason: SkipReason | undefined
    try {
      reason = run.attempt === 1 ? run.skipReason(this.#options.when) : undefined
    } catch (error) {
      this.#settle(run, 'failed', error)
      return
    }
    if (reason) {
      this.skip(run, reason)
      return
    }
    if (this.abortion) run.abort(this.abortion.reason)
    this.turns.taken += 1
    let result: Promise<unknown> | undefined
    try {
      result = run.start(now, this.#options)
    } catch (error) {
      this.turns.taken -= 1
      this.#ended(run, true, error)
      return
    }
    if (!result) {
      this.turns.taken -= 1
      this.#ended(run, false)
      return
    }
    this.#watch(run, now)
    result.then(
      () => this.#asyncEnded(run, false),
      (error) => this.#asyncEnded(run, true, error),
    )
  }

  /** Something that is running already: it takes no slot, and no policy but `cancel` applies to it. */
  follow(run: Run, promise: Promise<unknown>): void {
    run.begin(performance.now())
    this.#slow?.watch()
    promise.then(
      () => this.#ended(run, false),
      (error) => this.#ended(run, true, error),
    )
  }

  #watch(run: Run, now: number): void {
    this.#slow?.watch()
    const timeout = run.options.timeout ?? this.#options.timeout
    if (timeout === false) return
    // From the attempt's start, and its synchronous part may have taken a while.
    const left = Math.max(0, timeout - (performance.now() - now))
    run.set(
      'timer',
      startTimer(() => this.#timeOut(run, timeout), left),
    )
  }

  #timeOut(run: Run, timeout: number): void {
    const { attempt } = run
    const { concurrency } = this.#options
    const error = new TimeoutError(run.name, timeout)
    const next = this.#next(run, error)
    run.set('timeout', next)
    this.overdue += 1
    run.inScope(() => run.abort(error))
    publish('task.timedOut', { task: run, attempt, reason: 'timeout', error })
    if (next.delay === undefined) this.#settle(run, 'timedOut', next.error)
    else run.lane.overdue(run)
    if (this.overdue === concurrency) warnOverdue(run, concurrency)
  }

  /** A function that was waited for has ended; what follows it need not wait for the next turn. */
  #asyncEnded(run: Run, hasFailed: boolean, error?: unknown): void {
    const isOurs = this.turns.enter()
    this.turns.taken -= 1
    this.#ended(run, hasFailed, error)
    if (isOurs) this.turns.leave()
  }

  /** The function of an attempt has really ended. */
  #ended(run: Run, hasFailed: boolean, error?: unknown): void {
    this.#stopTimer(run)
    const { timeout, cancellation } = run.extras ?? {}
    if (timeout) {
      this.overdue -= 1
      run.set('timeout', undefined)
    }
    if (run.isSettled) this.#free(run)
    else if (cancellation) this.#cancelled(run, cancellation.reason)
    else if (timeout) this.#goOn(run, 'timedOut', timeout)
    else if (hasFailed) this.#goOn(run, 'failed', this.#next(run, error))
    else this.#settle(run, 'succeeded')
  }

  /** What follows an attempt that ended with this error. */
  #next(run: Run, error: unknown): Next {
    const retries = run.options.retries ?? this.#options.retries
    if (retries === 0 || run.extras?.cancellation) return { error, delay: undefined }
    try {
      return { error, delay: run.inScope(retryDelay, retries, run.attempt, error) }
    } catch (thrown) {
      const both = new AggregateError([error, thrown], 'retryIf failed too')
      return { error: both, delay: undefined }
    }
  }

  #goOn(run: Run, state: 'failed' | 'timedOut', { error, delay }: Next): void {
    if (delay === undefined || this.abortion) {
      this.#settle(run, state, error)
      return
    }
    const { attempt } = run
    const wait = this.isHurried ? 0 : delay
    publish('task.retried', { task: run, attempt, error, delay: wait })
    run.nextAttempt()
    run.startedAt = 0
    const again = () => this.makeReady(run, this.turns.count)
    if (wait === 0) {
      again()
      return
    }
    run.wait('delayed')
    // It will run: a process that has nothing else to do waits for it.
    run.set('timer', startTimer(again, wait)?.ref())
  }

  /** Cancels a run when its option `signal` says so. */
  followSignal(run: Run, signal: AbortSignal): void {
    const cancel = () => this.cancel(run, signal.reason)
    if (signal.aborted) {
      cancel()
      return
    }
    setMaxListeners(0, signal) // one for each task that is given it
    signal.addEventListener('abort', cancel, { once: true })
    run.set('unfollow', () => signal.removeEventListener('abort', cancel))
  }

  /** Whether there was anything to cancel. */
  cancel(run: Run, reason?: unknown): boolean {
    if (run.isSettled || run.extras?.cancellation) return false
    const why = reason ?? new DOMException('The task was cancelled', 'AbortError')
    if (run.state === 'running') {
      run.set('cancellation', { reason: why })
      run.inScope(() => run.abort(why))
    } else {
      this.withdraw(run)
      this.#cancelled(run, why)
    }
    return true
  }

  #cancelled(run: Run, reason: unknown): void {
    publish('task.cancelled', { task: run, reason })
    this.#settle(run, 'cancelled', new CancelledError(run.name, reason))
  }

  skip(run: Run, reason: SkipReason): void {
    const { name } = run
    publish('task.skipped', { name, reason, task: run })
    this.#settle(run, 'skipped', new SkippedError(name, reason))
  }

  /** It stands in a queue, and is settled before its turn has come. */
  withdraw(run: Run): void {
    if (run.state === 'ready') this.turns.died()
    else if (run.state === 'waiting') run.lane.died()
  }

  /** The one place where a task is settled: once, whatever comes after. */
  #settle(run: Run, state: SettledState, error?: unknown): void {
    this.#stopTimer(run)
    run.extras?.unfollow?.()
    run.settle(state, error)
    this.counts[state] += 1
    if (state === 'failed' || state === 'timedOut') this.#report(run, error)
    run.release()
    // Its function still runs, if its time is up: then it is freed when that has ended.
    if (!run.extras?.timeout) this.#free(run)
    run.lane.settled(run)
  }

  /** Nothing of it is left; the runner may have nothing left to do. */
  #free(run: Run): void {
    this.pending.delete(run)
    if (this.pending.size > 0 || this.#whenIdle.length === 0) return
    for (const wake of this.#whenIdle.splice(0)) wake()
  }

  #stopTimer(run: Run): void {
    if (!run.extras?.timer) return
    clearTimeout(run.extras.timer)
    run.set('timer', undefined)
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

  /** From now on no retry waits for its time. */
  hurry(): void {
    this.isHurried = true
    for (const run of [...this.pending]) {
      if (run.state !== 'delayed') continue
      this.#stopTimer(run)
      this.makeReady(run, this.turns.count)
    }
  }

  /** Tells all that runs, and all that starts from now on, to end. */
  abortAll(reason: unknown): void {
    this.abortion = { reason }
    for (const run of [...this.pending]) {
      if (run.state === 'running') run.inScope(() => run.abort(reason))
    }
  }

  /** Gives up all that is pending. */
  abandonAll(): Run[] {
    const runs = [...this.pending]
    // Each in the state that it is in before the first is settled: that may make another ready.
    const states = runs.map(({ state }) => state)
    for (const [index, run] of runs.entries()) {
      const reason = states[index] as TaskState
      contain(() => reportAbandoned(this.#options.logger, run, reason))
      publish('task.abandoned', { task: run, reason })
      if (!run.isSettled) {
        this.withdraw(run)
        this.#settle(run, 'abandoned', new AbandonedError(run.name, reason))
      }
      // Also one whose function runs on, out of time.
      this.#free(run)
    }
    return runs
  }
}

/** After how many ms there is another attempt; undefined when there is none, but this error. */
export interface Next {
  readonly error: unknown
  readonly delay: number | undefined
}
