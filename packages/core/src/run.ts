import { AsyncResource } from 'node:async_hooks'
import { inspect } from 'node:util'
import { isThenable } from './contain.js'
import { Context, enter, type RequestInfo } from './context.js'
import { anonymous, type Definition, nameOf } from './definition.js'
import type { SkipReason } from './errors.js'
import { type Outcome, runsAfter, type When } from './options.js'
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
  readonly acceptedAt: number = Date.now()
  readonly lane: Lane | undefined
  /** The line that added it; unknown in production. */
  readonly addedAt: string | undefined
  /** The number of the runner's turn that it was accepted in or after. */
  readonly acceptedInTurn: number
  /** By performance.now(), in ms. */
  startedAt = 0
  /** The next one in the queue that this one stands in. */
  next: Run | undefined
  readonly #label: string
  /** What there is to run. */
  #definition: Definition | undefined
  /** The async context of whoever added it. */
  #scope: AsyncResource | undefined = new AsyncResource('BackgroundTask')
  #state: TaskState = 'waiting'
  #error: unknown
  #done: Promise<void> | undefined
  #finish: { resolve(): void; reject(error: unknown): void } | undefined

  constructor(
    definition: Definition,
    lane: Lane | undefined,
    addedAt: string | undefined,
    acceptedInTurn: number,
  ) {
    super()
    this.#definition = definition
    this.#label = definition.options.name ?? nameOf(definition.func)
    this.lane = lane
    this.addedAt = addedAt
    this.acceptedInTurn = acceptedInTurn
  }

  get name(): string {
    if (this.#label !== anonymous) return this.#label
    return `${anonymous} ${describeRequest(this.request)}`.trimEnd()
  }

  get request(): RequestInfo | undefined {
    return this.lane?.request
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
    return settledStates.has(this.#state)
  }

  get done(): Promise<void> {
    if (this.#done) return this.#done
    // Not in the reader's async context, which it would keep.
    this.#done = rootScope.runInAsyncScope(() => {
      const done = new Promise<void>((resolve, reject) => {
        this.#finish = { resolve, reject }
      })
      done.catch(() => {}) // whoever wants to know awaits it; it is never an unhandled rejection
      return done
    })
    if (this.isSettled) this.#finishDone()
    return this.#done
  }

  /** Why this one does not run after this response; `when` is the runner's default. */
  skipReason(when: When): SkipReason | undefined {
    if (!this.lane?.outcome) return undefined
    if (this.lane.stopped) return 'failure'
    const runs = this.inScope(runsAfter, this.#definition?.options.when ?? when, this.lane.outcome)
    return runs ? undefined : 'when'
  }

  /** Calls the function. Gives back a promise if there is something to wait for; throws what it throws. */
  start(): Promise<unknown> | undefined {
    const { func, args } = this.#definition as Definition
    this.#state = 'running'
    this.startedAt = performance.now()
    debugState(this)
    return this.inScope(() => {
      const result = enter(this, func, args)
      // A thenable starts its work in `then`: that belongs in this async context too.
      return isThenable(result) ? Promise.resolve(result) : undefined
    })
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
    this.#finishDone()
  }

  /** Lets go of what only a task that still has to run needs: a kept TaskRun keeps none of it. */
  release(): void {
    this.#definition = undefined
    this.#scope = undefined
  }

  #finishDone(): void {
    if (this.#state === 'succeeded') this.#finish?.resolve()
    else this.#finish?.reject(this.#error)
  }
}

// Small in a log, and none of what it holds.
Object.defineProperty(Run.prototype, inspect.custom, {
  value(this: Run) {
    return `TaskRun(id=${this.id}, name=${escapeLine(this.name)}, state=${this.state})`
  },
})

const settledStates: ReadonlySet<TaskState> = new Set<SettledState>([
  'succeeded',
  'failed',
  'skipped',
  'abandoned',
])
