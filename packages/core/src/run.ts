import { AsyncResource } from 'node:async_hooks'
import { inspect } from 'node:util'
import { callAttempt, type Surroundings } from './attempt.js'
import { isThenable } from './contain.js'
import { Context, type Held, type RequestInfo } from './context.js'
import { type AnyFunction, anonymous, type Definition, nameOf } from './definition.js'
import { type Done, makeDone } from './done.js'
import type { Engine, Job } from './engine.js'
import type { SkipReason } from './errors.js'
import { jobOf, withHeaders } from './job.js'
import { type Outcome, runsAfter, type TaskOptions, type When } from './options.js'
import { debugState, describeRequest, escapeLine } from './report.js'
import { attemptsOf } from './retry.js'
import type { Runner } from './runner.js'
import type { SettledState, TaskRun, TaskState } from './task-run.js'

/** What a run belongs to: the tasks of one response, or all those that belong to none. */
export interface Lane {
  readonly runner: Runner & {
    cancel(run: Run, reason: unknown): boolean
    hold(run: Run, held: Held): void
    begin(run: Run, at: number): void
  }
  readonly request: RequestInfo | undefined
  readonly outcome: Outcome | undefined
  /** A task of its response failed under `onFailure: 'stop'`. */
  readonly stopped: boolean
  /** An attempt is out of time, and the task not settled: the others need not wait any longer. */
  overdue(run: Run): void
  /** One that waits for its response was settled. */
  died(): void
  settled(run: Run): void
  /** It is settled, and its function has ended: nothing of it is left. */
  ended?(run: Run): void
  /**
   * Of a job that an engine has delivered: the next attempt is the engine's, after this delay, in ms;
   * undefined: this runner stops, and the attempt does not count.
   */
  giveBack?(run: Run, error: unknown, delay: number | undefined): void
}

/** The record of one accepted task: a TaskRun to its adder, a TaskContext to its function. */
export class Run extends Context implements TaskRun {
  readonly lane: Lane
  readonly options: Readonly<TaskOptions>
  /** The line that added it; unknown in production. */
  readonly addedAt: string | undefined
  /** By performance.now(), in whole ms; 0: not yet. */
  startedAt = 0
  /** The next one in the queue that this one stands in. */
  next: Run | undefined
  /** Its neighbours among the pending. */
  earlier: Run | undefined
  later: Run | undefined
  readonly #acceptedAt: number = Date.now() - epoch
  readonly #label: string
  #func: AnyFunction | undefined
  #args: unknown[]
  /** The async context of whoever added it. */
  #scope: AsyncResource | undefined = new AsyncResource('BackgroundTask')
  #state: TaskState = 'waiting'
  #error: unknown
  #done: Done | undefined

  constructor({ func, args, options }: Definition, lane: Lane, addedAt: string | undefined) {
    super()
    this.#func = func
    this.#args = args.length > 0 ? args : noArguments
    this.#label = options.name ?? nameOf(func)
    this.options = options
    this.lane = lane
    this.addedAt = addedAt
  }

  get name(): string {
    if (this.#label !== anonymous) return this.#label
    return `${anonymous} ${describeRequest(this.request)}`.trimEnd()
  }

  get acceptedAt(): number {
    return this.#acceptedAt + epoch
  }

  get request(): RequestInfo | undefined {
    return Object.freeze(this.lane.request)
  }

  get outcome(): Outcome | undefined {
    return this.lane.outcome
  }

  get state(): TaskState {
    return this.#state
  }

  /** It waits for its turn, or for the time of its next attempt. */
  wait(state: 'ready' | 'delayed'): void {
    this.#state = state
    debugState(this)
  }

  get error(): unknown {
    return this.#error
  }

  get isSettled(): boolean {
    switch (this.#state) {
      case 'waiting':
      case 'ready':
      case 'running':
      case 'delayed':
        return false
      default:
        return true
    }
  }

  get done(): Promise<void> {
    if (!this.#done) {
      this.#done = makeDone()
      if (this.isSettled) this.#done.settle(this.#state as SettledState, this.#error)
    }
    return this.#done.promise
  }

  cancel(reason?: unknown): boolean {
    return this.lane.runner.cancel(this, reason)
  }

  /** Why this one does not run after this response; `when` is the runner's default. */
  skipReason(when: When): SkipReason | undefined {
    if (!this.lane.outcome) return undefined
    if (this.lane.stopped) return 'failure'
    const own = this.options.when ?? when
    if (own === 'always') return undefined
    return this.inScope(runsAfter, own, this.lane.outcome) ? undefined : 'when'
  }

  /** Calls the function. Gives back a promise if there is something to wait for; throws what it throws. */
  start(now: number, surroundings: Surroundings): Promise<unknown> | undefined {
    this.begin(now)
    return (this.#scope as AsyncResource).runInAsyncScope(this.call, this, surroundings)
  }

  begin(now: number): void {
    this.#state = 'running'
    this.startedAt = Math.round(now)
    debugState(this)
  }

  /** The part of `start` that belongs in the async context of whoever added the task. */
  call(surroundings: Surroundings): Promise<unknown> | undefined {
    const result = callAttempt(this, this.#func as AnyFunction, this.#args, surroundings)
    // A thenable starts its work in `then`: that belongs in this async context too.
    return isThenable(result) ? Promise.resolve(result) : undefined
  }

  /** None, once it is settled. */
  get args(): readonly unknown[] {
    return this.#args
  }

  override runs(func: unknown): boolean {
    return func === this.#func
  }

  override get runner(): Runner {
    return this.lane.runner
  }

  override get mayRetry(): boolean {
    return this.attempt < attemptsOf(this.options.retries ?? this.runner.options.retries)
  }

  override hold(held: Held = {}): (at?: number) => void {
    const { attempt } = this
    this.lane.runner.hold(this, held)
    return (at = performance.now()) => {
      if (this.attempt === attempt) this.lane.runner.begin(this, at)
    }
  }

  /**
   * The job that it is for a worker.
   *
   * @throws what `enqueue` throws for it.
   */
  toJob(engine: Engine, defaults: Pick<TaskOptions, 'timeout' | 'retries'>): Job {
    return this.inScope(withHeaders, jobOf(engine, this.options, this.#args, defaults, this.id))
  }

  /** Calls any function in the async context of whoever added the task. */
  inScope<A extends unknown[], R>(func: (this: void, ...args: A) => R, ...args: A): R {
    return this.#scope ? this.#scope.runInAsyncScope(func, undefined, ...args) : func(...args)
  }

  toJSON(): Pick<TaskRun, 'id' | 'name' | 'state'> {
    return { id: this.id, name: this.name, state: this.state }
  }

  settle(state: SettledState, error: unknown): void {
    this.#state = state
    this.#error = error
    debugState(this)
    this.#done?.settle(state, error)
  }

  /** Lets go of what only a task that still has to run needs: a kept TaskRun keeps none of it. */
  release(): void {
    this.#func = undefined
    this.#args = noArguments
    this.#scope = undefined
    this.letGo()
  }
}

// Recognised by a registered symbol and not by instanceof: two copies of this module may meet.
export const runBrand: unique symbol = Symbol.for('backgrounder.run') as never
Object.defineProperty(Run.prototype, runBrand, { value: true })

// Small in a log, and none of what it holds.
Object.defineProperty(Run.prototype, inspect.custom, {
  value(this: Run) {
    return `TaskRun(id=${this.id}, name=${escapeLine(this.name)}, state=${this.state})`
  },
})

// Times are counted from here: a small whole number takes no object of its own.
const epoch = Date.now()

const noArguments: unknown[] = []
