import type { Background } from './background.js'
import { publishAccepted } from './channels.js'
import { checkDurable } from './check-durable.js'
import { contain, isThenable } from './contain.js'
import type { Held } from './context.js'
import { type AnyFunction, accepted, type Definition, define, nameOf } from './definition.js'
import { Drains } from './drain.js'
import type { Delivery, EnqueuedJob } from './engine.js'
import { NoEngineError, QueueFullError, type SkipReason } from './errors.js'
import { expected, show } from './expected.js'
import { makeJob } from './job.js'
import { JobStore } from './job-store.js'
import { Lifecycle } from './lifecycle.js'
import type { DrainOptions, RunnerOptions, TaskOptions } from './options.js'
import { callSite, debugState, escapeLine } from './report.js'
import { type Lane, Run } from './run.js'
import type { DrainReport, Runner, RunnerSettings, RunnerStats } from './runner.js'
import { withDefaults } from './runner-defaults.js'
import type { Args } from './task.js'
import type { TaskRun } from './task-run.js'
import { drainRules, validate } from './validate.js'

/** The one Runner there is, with what the rest of core asks of it. */
export class TaskRunner implements Runner {
  readonly options: RunnerSettings
  readonly #lifecycle: Lifecycle
  readonly #drains: Drains
  #jobs: JobStore | undefined
  readonly #remembersSites: boolean = process.env.NODE_ENV !== 'production'
  /** The tasks that belong to no response. */
  readonly #lane: Lane = {
    runner: this,
    request: undefined,
    outcome: undefined,
    stopped: false,
    overdue() {},
    died() {},
    settled() {},
  }

  constructor(options: RunnerOptions) {
    this.options = withDefaults(options)
    this.#lifecycle = new Lifecycle(this.options)
    this.#drains = new Drains(this, this.#lifecycle, this.options)
  }

  get stats(): RunnerStats {
    const { ledger, turns, overdue } = this.#lifecycle
    return { pending: ledger.pending.size, running: turns.taken, overdue, ...ledger.counts }
  }

  /** How many turns there have been: what is accepted in one of them starts in a later one. */
  get turns(): number {
    return this.#lifecycle.turns.count
  }

  running(): TaskRun[] {
    return [...this.#lifecycle.ledger.pending].filter(
      (run) => run.state === 'running' || run.extras?.timeout,
    )
  }

  pending(limit: number = Infinity): TaskRun[] {
    const runs: TaskRun[] = []
    for (const run of this.#lifecycle.ledger.pending) {
      if (runs.length >= limit) break
      runs.push(run)
    }
    return runs
  }

  addTask<A extends unknown[]>(
    func: (this: void, ...args: A) => unknown,
    ...args: Args<A>
  ): TaskRun {
    return this.start(this.addTask, func, args)
  }

  track(promise: PromiseLike<unknown>): TaskRun {
    const run = this.follow(this.track, promise, undefined, this.#lane)
    this.announce(run)
    this.#tellPlatform(run)
    return run
  }

  /** Accepts a task that belongs to no response, and lets it start. */
  start(entry: AnyFunction, func: AnyFunction, args: unknown[]): TaskRun {
    const run = this.accept(entry, func, args, undefined, this.#lane)
    this.makeReady(run, this.turns)
    this.announce(run)
    this.#tellPlatform(run)
    return run
  }

  #tellPlatform(run: Run): void {
    if (this.options.waitUntil) this.waitUntil(run.done.catch(() => {}))
  }

  /** Gives work to the platform; if that throws, the work is done all the same. */
  waitUntil(work: Promise<void>): void {
    const { waitUntil, logger } = this.options
    contain(
      () => waitUntil?.(work),
      (error) => contain(() => logger.error(`waitUntil failed: ${escapeLine(show(error))}`)),
    )
  }

  /** Makes the record of a task that `entry`, a function of ours, was called with. */
  accept(
    entry: AnyFunction,
    func: AnyFunction,
    args: unknown[],
    options: TaskOptions | undefined,
    lane: Lane,
  ): Run {
    const definition = accepted(define(func, args, options))
    checkDurable(func, definition, this.options.engine)
    const { maxPending } = this.options
    if (this.#lifecycle.ledger.pending.size >= maxPending) {
      throw new QueueFullError(definition.options.name ?? nameOf(definition.func), maxPending)
    }
    return this.#record(entry, definition, lane)
  }

  #record(entry: AnyFunction, definition: Definition, lane: Lane): Run {
    const run = new Run(definition, lane, this.#remembersSites ? callSite(entry) : undefined)
    this.#lifecycle.ledger.pending.add(run)
    debugState(run)
    return run
  }

  /** Starts an attempt of a job that an engine has delivered. */
  startJob(definition: Definition, lane: Lane, { id, attempt, headers }: Delivery): Run {
    const run = new Run(definition, lane, undefined)
    run.set('id', id)
    run.set('attempt', attempt)
    if (headers) run.set('headers', headers)
    this.#lifecycle.ledger.pending.add(run)
    this.makeReady(run, this.turns)
    return run
  }

  /** Once a run stands where it waits: tells of it, and obeys its signal. */
  announce(run: Run): void {
    publishAccepted(run)
    this.#followSignal(run)
  }

  #followSignal(run: Run): void {
    const { signal } = run.options
    if (signal && !run.isSettled) this.#lifecycle.cancellation.follow(run, signal)
  }

  /** Accepts a promise that `entry`, a function of ours, was called with. */
  follow(
    entry: AnyFunction,
    promise: PromiseLike<unknown>,
    options: TaskOptions | undefined,
    lane: Lane,
  ): Run {
    if (!isThenable(promise)) {
      const mend = typeof promise === 'function' ? 'A function is for addTask(func)' : undefined
      throw expected('the argument of track', 'a promise', promise, mend)
    }
    // There is nothing to call again.
    const own = { name: options?.name ?? 'tracked promise', retries: 0 }
    const run = this.#record(entry, { func: noop, args: [], options: { ...options, ...own } }, lane)
    this.#lifecycle.follow(run, Promise.resolve(promise))
    return run
  }

  enqueue<A extends unknown[]>(definition: Background<A>, ...args: Args<A>): Promise<EnqueuedJob> {
    return this.storeJob(definition, args)
  }

  /** Stores a job; checked at once, so that what is changed later does not change it. */
  async storeJob(
    definition: unknown,
    args: readonly unknown[],
    options?: TaskOptions,
  ): Promise<EnqueuedJob> {
    const { engine } = this.options
    if (!engine) throw new NoEngineError()
    const job = makeJob(engine, { definition, args, options, defaults: this.options })
    this.#jobs ??= new JobStore(engine)
    return this.#jobs.store(job)
  }

  /** Settles what stands in a queue, so that it never runs. */
  protected refuse(run: Run, reason: SkipReason): void {
    if (run.isSettled) return
    this.#lifecycle.withdraw(run)
    this.#lifecycle.skip(run, reason)
  }

  makeReady(run: Run, acceptedInTurn: number): void {
    this.#lifecycle.makeReady(run, acceptedInTurn)
  }

  cancel(run: Run, reason: unknown): boolean {
    return this.#lifecycle.cancellation.cancel(run, reason)
  }

  /** The time of its attempt does not count yet. */
  hold(run: Run, held: Held): void {
    this.#lifecycle.deadlines.hold(run, held)
  }

  /** The time of its attempt counts from then, by performance.now(). */
  begin(run: Run, at: number): void {
    this.#lifecycle.deadlines.begin(run, at)
  }

  /** Calls back at the end of the next drain. */
  onDrained(close: () => unknown): void {
    this.#drains.onDrained(close)
  }

  settled(): Promise<void> {
    return this.#lifecycle.ledger.idle()
  }

  async drain(options: DrainOptions = {}): Promise<DrainReport> {
    validate('drain', options, drainRules, 'For example: drain({ timeout: 5_000 })')
    return this.#drains.drain(options.timeout ?? this.options.drainTimeout, options.server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain()
  }
}

// A runner is recognised by a registered symbol and not by instanceof: two copies of this module may
// meet.
export const runnerBrand: symbol = Symbol.for('backgrounder.runner')
Object.defineProperty(TaskRunner.prototype, runnerBrand, { value: true })

function noop(): void {}
