import { contain } from './contain.js'
import { type AnyFunction, define } from './definition.js'
import { AbandonedError, SkippedError, type SkipReason } from './errors.js'
import { publishSkipped } from './events.js'
import {
  type DrainOptions,
  drainRules,
  type RunnerOptions,
  type TaskOptions,
  validate,
} from './options.js'
import { PendingRuns } from './pending-runs.js'
import { callSite, debugState, reportAbandoned, reportFailure } from './report.js'
import { rootScope } from './root-scope.js'
import { type Lane, Run, type SettledState, type TaskRun } from './run.js'
import { RunQueue } from './run-queue.js'
import type { DrainReport, Runner, RunnerSettings, RunnerStats } from './runner.js'
import type { Args } from './task.js'

// A turn of work after which other work of the process has its turn.
const TURN_MS = 1

/** The one Runner there is, with what the rest of core asks of it. */
export class TaskRunner implements Runner {
  readonly options: RunnerSettings
  readonly #pending = new PendingRuns()
  readonly #ready = new RunQueue()
  /** Ready, and accepted since this turn began: theirs is a later one. */
  readonly #fresh = new RunQueue()
  readonly #counts: Record<SettledState, number> = {
    succeeded: 0,
    failed: 0,
    skipped: 0,
    abandoned: 0,
  }
  readonly #remembersSites: boolean = process.env.NODE_ENV !== 'production'
  #whenIdle: (() => void)[] = []
  /** What each drain under way has to report as abandoned. */
  readonly #drains = new Set<TaskRun[]>()
  /** Somebody will look at what is ready: a turn to come, or the loop that runs now. */
  #isArmed = false
  /** How many turns there have been. */
  turns = 0
  /** Until when this turn may work, by performance.now(), in ms. */
  #turnEnd = 0

  constructor(options: RunnerOptions) {
    const { logger = console } = options
    this.options = {
      logger,
      when: options.when ?? 'always',
      asGroup: options.asGroup ?? false,
      onFailure: options.onFailure ?? 'continue',
      drainTimeout: options.drainTimeout ?? 20_000,
      onError: options.onError ?? ((error, run) => reportFailure(logger, error, run as Run)),
    }
  }

  get stats(): RunnerStats {
    return { pending: this.#pending.size, ...this.#counts }
  }

  running(): TaskRun[] {
    return [...this.#pending].filter((run) => run.state === 'running')
  }

  addTask<A extends unknown[]>(
    func: (this: void, ...args: A) => unknown,
    ...args: Args<A>
  ): TaskRun {
    return this.start(this.addTask, func, args)
  }

  /** Accepts a task that belongs to no response, and lets it start. */
  start(entry: AnyFunction, func: AnyFunction, args: unknown[]): TaskRun {
    const run = this.accept(entry, func, args)
    this.makeReady(run, this.turns)
    return run
  }

  /** Makes the record of a task that `entry`, a function of ours, was called with. */
  accept(
    entry: AnyFunction,
    func: AnyFunction,
    args: unknown[],
    options?: TaskOptions,
    lane?: Lane,
  ): Run {
    const definition = define(func, args, options)
    const addedAt = this.#remembersSites ? callSite(entry) : undefined
    const run = new Run(definition, lane, addedAt)
    this.#pending.add(run)
    debugState(run)
    return run
  }

  /** Lets a run start that was accepted when there had been so many turns: in a later one. */
  makeReady(run: Run, acceptedInTurn: number): void {
    if (run.isSettled) return
    run.ready()
    if (acceptedInTurn === this.turns) this.#fresh.push(run)
    else this.#ready.push(run)
    if (!this.#isArmed) this.#arm()
  }

  #arm(): void {
    this.#isArmed = true
    rootScope.runInAsyncScope(setImmediate, undefined, this.#turn)
  }

  readonly #turn = (): void => {
    this.turns += 1
    this.#ready.append(this.#fresh)
    const now = performance.now()
    this.#turnEnd = now + TURN_MS
    this.#work(now)
  }

  #work(since: number): void {
    let now = since
    for (let run = this.#ready.shift(); run; run = this.#ready.shift()) {
      this.#run(run, now)
      if (this.#ready.isEmpty) break
      now = performance.now()
      if (now > this.#turnEnd) break
    }
    this.#rest()
  }

  #rest(): void {
    this.#isArmed = false
    if (!this.#ready.isEmpty || !this.#fresh.isEmpty) this.#arm()
  }

  #run(run: Run, now: number): void {
    if (run.isSettled) return
    try {
      const reason = run.skipReason(this.options.when)
      if (reason) {
        this.#skip(run, reason)
        return
      }
      const result = run.start(now)
      if (!result) {
        this.#settle(run, 'succeeded')
        return
      }
      result.then(
        () => this.#end(run, 'succeeded'),
        (error) => this.#end(run, 'failed', error),
      )
    } catch (error) {
      this.#settle(run, 'failed', error)
    }
  }

  /** A task that was waited for has ended; what follows it need not wait for the next turn. */
  #end(run: Run, state: SettledState, error?: unknown): void {
    if (this.#isArmed) {
      this.#settle(run, state, error)
      return
    }
    this.#isArmed = true
    this.#settle(run, state, error)
    if (!this.#ready.isEmpty) {
      const now = performance.now()
      if (now <= this.#turnEnd) {
        this.#work(now)
        return
      }
    }
    this.#rest()
  }

  #skip(run: Run, reason: SkipReason): void {
    publishSkipped(run.name, reason, run)
    this.#settle(run, 'skipped', new SkippedError(run.name, reason))
  }

  /** The one place where a task ends: once, whatever comes after. */
  #settle(run: Run, state: SettledState, error?: unknown): void {
    if (run.isSettled) return // a task that was abandoned, and ends after all
    run.settle(state, error)
    this.#counts[state] += 1
    this.#pending.delete(run)
    if (state === 'failed') this.#report(run, error)
    run.release()
    run.lane?.settled(run)
    if (this.#pending.size > 0 || this.#whenIdle.length === 0) return
    for (const wake of this.#whenIdle.splice(0)) wake()
  }

  #report(run: Run, error: unknown): void {
    const { onError, logger } = this.options
    contain(
      () => run.inScope(onError, error, run as TaskRun),
      (thrown) => {
        const both = new AggregateError([error, thrown], 'onError failed too')
        contain(() => reportFailure(logger, both, run))
      },
    )
  }

  settled(): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#whenIdle.push(resolve))
  }

  async drain(options: DrainOptions = {}): Promise<DrainReport> {
    const { timeout = this.options.drainTimeout } = validate(
      'drain',
      options,
      drainRules,
      'For example: drain({ timeout: 5_000 })',
    )
    const before = { ...this.#counts }
    const abandoned: TaskRun[] = []
    let isOver = false
    const stopTimer = startTimer(timeout, () => {
      isOver = true
      this.#abandonAll()
    })
    this.#drains.add(abandoned)
    // More than once: whoever waited for the last task may have added another.
    while (this.#pending.size > 0 && !isOver) await this.settled()
    this.#drains.delete(abandoned)
    stopTimer()
    return {
      ok: abandoned.length === 0,
      succeeded: this.#counts.succeeded - before.succeeded,
      failed: this.#counts.failed - before.failed,
      skipped: this.#counts.skipped - before.skipped,
      abandoned,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain()
  }

  #abandonAll(): void {
    const runs = [...this.#pending]
    // Each in the state that it is in before the first is settled: that may make another ready.
    const errors = runs.map((run) => {
      contain(() => reportAbandoned(this.options.logger, run))
      return new AbandonedError(run.name, run.state)
    })
    for (const [index, run] of runs.entries()) {
      for (const abandoned of this.#drains) abandoned.push(run)
      this.#settle(run, 'abandoned', errors[index])
    }
  }
}

// A runner is recognised by a registered symbol and not by instanceof: two copies of this module may
// meet.
export const runnerBrand: symbol = Symbol.for('backgrounder.runner')
Object.defineProperty(TaskRunner.prototype, runnerBrand, { value: true })

/** A timer that keeps the process alive until it is stopped: whoever awaits a drain gets its end. */
function startTimer(ms: number | false, callback: () => void): () => void {
  const longest = 2 ** 31 - 1
  const timer =
    ms !== false && ms <= longest ? setTimeout(callback, ms) : setInterval(() => {}, longest)
  return () => clearTimeout(timer)
}
