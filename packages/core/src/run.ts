import { AsyncResource } from 'node:async_hooks'
import { inspect } from 'node:util'
import { isThenable } from './contain.js'
import { Context, enter, type RequestInfo } from './context.js'
import { type AnyFunction, anonymous, type Definition, nameOf } from './definition.js'
import type { SkipReason } from './errors.js'
import { type Outcome, runsAfter, type TaskOptions, type When } from './options.js'
import { debugState, describeRequest, escapeLine } from './report.js'
import { rootScope } from './root-scope.js'

/** The states of a task that ends it: each task reaches exactly one of them, once. */
export type SettledState = 'succeeded' | 'failed' | 'skipped' | 'abandoned'

/** `waiting` for its response, then `ready` to start, then `running`, then settled. */
export type TaskState = 'waiting' | 'ready' | 'running' | SettledState

/** One accepted task, as its adder sees it. It cannot be awaited itself: await `done`. */
export interface TaskRun {
  readonly id: string
  readonly name: string
  readonly state: TaskState
  /** 1 in the first attempt. */
  readonly attempt: number
  /** When it was accepted, in ms since 1970. */
  readonly acceptedAt: number
  /** What it failed with. */
  readonly error: unknown
  /** The request it was added in; undefined outside of one. */
  readonly request: RequestInfo | undefined
  /**
   * Resolves when the function has run to its end; rejects with its error, or with a SkippedError
   * or AbandonedError. Nobody has to handle it.
   */
  readonly done: Promise<void>
}

/** What a run belongs to: the tasks of one response. */
export interface Lane {
  readonly request: RequestInfo | undefined
  readonly outcome: Outcome | undefined
  /** A task of its response failed under `onFailure: 'stop'`. */
  readonly stopped: boolean
  settled(run: Run): void
}

/** The record of one accepted task: a TaskRun to its adder, a TaskContext to its function. */
export class Run extends Context implements TaskRun {
  readonly lane: Lane | undefined
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
  readonly #options: Readonly<TaskOptions>
  /** The async context of whoever added it. */
  #scope: AsyncResource | undefined = new AsyncResource('BackgroundTask')
  #state: TaskState = 'waiting'
  #error: unknown
  #done: Deferred | undefined

  constructor(
    { func, args, options }: Definition,
    lane: Lane | undefined,
    addedAt: string | undefined,
  ) {
    super()
    this.#func = func
    this.#args = args.length > 0 ? args : noArguments
    this.#options = options
    this.#label = options.name ?? nameOf(func)
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
    return this.lane && Object.freeze(this.lane.request)
  }

  get outcome(): Outcome | undefined {
    return this.lane?.outcome
  }

  get state(): TaskState {
    return this.#state
  }

  /** The run may start as soon as its turn comes. */
  ready(): void {
    this.#state = 'ready'
    debugState(this)
  }

  get error(): unknown {
    return this.#error
  }

  get isSettled(): boolean {
    const state = this.#state
    return state !== 'waiting' && state !== 'ready' && state !== 'running'
  }

  get done(): Promise<void> {
    if (!this.#done) {
      // Not in the reader's async context, which it would keep.
      this.#done = rootScope.runInAsyncScope(defer)
      if (this.isSettled) finish(this.#done, this.#state, this.#error)
    }
    return this.#done.promise
  }

  /** Why this one does not run after this response; `when` is the runner's default. */
  skipReason(when: When): SkipReason | undefined {
    if (!this.lane?.outcome) return undefined
    if (this.lane.stopped) return 'failure'
    const own = this.#options.when ?? when
    if (own === 'always') return undefined
    return this.inScope(runsAfter, own, this.lane.outcome) ? undefined : 'when'
  }

  /** Calls the function. Gives back a promise if there is something to wait for; throws what it throws. */
  start(now: number): Promise<unknown> | undefined {
    this.#state = 'running'
    this.startedAt = Math.round(now)
    debugState(this)
    return (this.#scope as AsyncResource).runInAsyncScope(this.call, this)
  }

  /** The part of `start` that belongs in the async context of whoever added the task. */
  call(): Promise<unknown> | undefined {
    const result = enter(this, this.#func as AnyFunction, this.#args)
    // A thenable starts its work in `then`: that belongs in this async context too.
    return isThenable(result) ? Promise.resolve(result) : undefined
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
    if (this.#done) finish(this.#done, state, error)
  }

  /** Lets go of what only a task that still has to run needs: a kept TaskRun keeps none of it. */
  release(): void {
    this.#func = undefined
    this.#args = noArguments
    this.#scope = undefined
  }
}

// Small in a log, and none of what it holds.
Object.defineProperty(Run.prototype, inspect.custom, {
  value(this: Run) {
    return `TaskRun(id=${this.id}, name=${escapeLine(this.name)}, state=${this.state})`
  },
})

// Times are counted from here: a small whole number takes no object of its own.
const epoch = Date.now()

const noArguments: unknown[] = []

interface Deferred {
  readonly promise: Promise<void>
  resolve(): void
  reject(error: unknown): void
}

function defer(): Deferred {
  const deferred = {} as { -readonly [K in keyof Deferred]: Deferred[K] }
  deferred.promise = new Promise((resolve, reject) => {
    deferred.resolve = resolve
    deferred.reject = reject
  })
  deferred.promise.catch(() => {}) // whoever wants to know awaits it; it is never unhandled
  return deferred
}

function finish(done: Deferred, state: TaskState, error: unknown): void {
  if (state === 'succeeded') done.resolve()
  else done.reject(error)
}
