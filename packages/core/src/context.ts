import { randomBytes } from 'node:crypto'
import type { Outcome } from './options.js'
import type { Next } from './retry.js'
import type { Runner } from './runner.js'

/** The request that a task belongs to, as copied strings: the request itself is not kept. */
export interface RequestInfo {
  readonly id: string | undefined
  readonly method: string | undefined
  /** The path with its query, as the client sent it. */
  readonly url: string | undefined
}

/** What a running function may know of its own task; see `currentTask()`. */
export interface TaskContext {
  /** Unique to this task, and the same in every attempt. */
  readonly id: string
  readonly name: string
  /** 1 in the first attempt. */
  readonly attempt: number
  /**
   * Aborted when there is no use in going on: its time is up, it was cancelled, a sibling of its
   * group has failed, or a drain is about to end. Each attempt has one of its own.
   */
  readonly signal: AbortSignal
  /** How the response ended; undefined outside of one. */
  readonly outcome: Outcome | undefined
  /** The request it was added in; undefined outside of one. */
  readonly request: RequestInfo | undefined
}

/** That a task was told to stop, and why. */
export interface Abortion {
  readonly reason: unknown
}

/**
 * Takes a call back that waits for its start elsewhere: it does not start any more. What is given back
 * ends it; undefined: too late.
 */
export type TakeBack = () => (() => void) | undefined

/** What may be asked of a call that waits for its start elsewhere. */
export interface Held {
  takeBack?: TakeBack | undefined
  /** Says that it has begun, if it has meanwhile. */
  look?: (() => void) | undefined
}

type Follower = (reason: unknown) => void

/** What few tasks ever need, in one slot. */
interface Extras {
  id?: string
  attempt?: number
  controller?: AbortController | undefined
  abortion?: Abortion | undefined
  /** Called back when it is aborted. */
  followers?: Set<Follower> | undefined
  /** Those inside of it that are aborted with it. */
  inner?: Set<Context> | undefined
  /** Of the state that it is in: `ready`, `running` or `delayed`. */
  timer?: NodeJS.Timeout | undefined
  /** It was told to stop: it will be `cancelled` when it has ended. */
  cancellation?: Abortion
  /** The attempt that runs is out of time: what follows once it has ended. */
  timeout?: Next | undefined
  /** It has started, and its time is not counted yet. */
  held?: Held | undefined
  /** The engine is being given it: it does not start here. */
  isWithheld?: boolean
  /** Of a job: what its enqueue was given. */
  headers?: Readonly<Record<string, string>>
  /** Stops listening to the option `signal`. */
  unfollow?: (() => void) | undefined
}

/** What every context has: an id and a signal that exist once they are read. */
export abstract class Context implements TaskContext {
  abstract readonly name: string
  abstract readonly outcome: Outcome | undefined
  abstract readonly request: RequestInfo | undefined
  #extras: Extras | undefined

  get extras(): Readonly<Extras> | undefined {
    return this.#extras
  }

  set<K extends keyof Extras>(key: K, value: Extras[K]): void {
    this.#extras ??= {}
    this.#extras[key] = value
  }

  /** Whether it is the run of this function by a runner, which sees to its policies. */
  runs(_func: unknown): boolean {
    return false
  }

  /** Whether it is the call of this function, by a runner or of a Task, and not of one around it. */
  calls(func: unknown): boolean {
    return this.runs(func)
  }

  /** The runner that it belongs to, if any. */
  get runner(): Runner | undefined {
    return undefined
  }

  /** Whether the attempt that runs may be followed by another. */
  get mayRetry(): boolean {
    return false
  }

  /** Its time is not counted until the function that this returns is called, with when it has begun. */
  hold(_held?: Held): (at?: number) => void {
    return () => {}
  }

  /** In how many other tasks it stands. */
  get depth(): number {
    return 0
  }

  get id(): string {
    this.#extras ??= {}
    this.#extras.id ??= nextId()
    return this.#extras.id
  }

  get attempt(): number {
    return this.#extras?.attempt ?? 1
  }

  /** Another attempt begins: whatever has aborted the one before does not abort it. */
  nextAttempt(): void {
    this.#extras = {
      ...this.#extras,
      attempt: this.attempt + 1,
      controller: undefined,
      abortion: undefined,
      followers: undefined,
      held: undefined,
    }
  }

  get signal(): AbortSignal {
    return this.abortable().#ownSignal()
  }

  /**
   * Calls back when its signal is aborted, which need not be made for that; the callback must not
   * throw. Returns what ends that.
   */
  onAbort(callback: Follower): () => void {
    const context = this.abortable()
    context.#extras ??= {}
    context.#extras.followers ??= new Set()
    const { followers } = context.#extras
    followers.add(callback)
    return () => followers.delete(callback)
  }

  /** The one that is aborted when this is: itself, or one around it. */
  abortable(): Context {
    return this
  }

  /** Whether it is aborted, and why: the same that `signal` says, without making one. */
  get abortion(): Abortion | undefined {
    return this.ownAbortion
  }

  get ownAbortion(): Abortion | undefined {
    return this.#extras?.abortion
  }

  /**
   * It is settled: what listens to its signal is not kept. One that is aborted is so whenever it is
   * read.
   */
  protected letGo(): void {
    if (!this.#extras) return
    this.#extras.controller = undefined
    this.#extras.followers = undefined
    this.#extras.inner = undefined
    this.#extras.unfollow = undefined
  }

  /** The first abort counts. It goes to all inside, which nest in any depth: by a list, no recursion. */
  abort(reason: unknown): void {
    const told: Context[] = [this]
    for (const context of told) {
      context.#extras ??= {}
      if (context.#extras.abortion) continue
      context.#extras.abortion = { reason }
      for (const inner of context.#extras.inner ?? []) told.push(inner)
      context.#extras.controller?.abort(reason)
      for (const follow of context.#extras.followers ?? []) follow(reason)
    }
  }

  adopt(inner: Context): void {
    this.#extras ??= {}
    this.#extras.inner ??= new Set()
    this.#extras.inner.add(inner)
  }

  disown(inner: Context): void {
    this.#extras?.inner?.delete(inner)
  }

  #ownSignal(): AbortSignal {
    this.#extras ??= {}
    if (!this.#extras.controller) {
      this.#extras.controller = new AbortController()
      if (this.abortion) this.#extras.controller.abort(this.abortion.reason)
    }
    return this.#extras.controller.signal
  }
}

// Two processes, and two copies of this module, must not give the same id.
const prefix = randomBytes(6).toString('base64url')
let lastId = 0

function nextId(): string {
  lastId += 1
  return `${prefix}-${lastId}`
}
