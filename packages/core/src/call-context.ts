import { type Abortion, Context, type RequestInfo } from './context.js'
import type { Outcome } from './options.js'
import { attemptsOf, type Retries } from './retry.js'
import type { Runner } from './runner.js'

/** The context of a Task that is called, on its own or inside of another task: its parent. */
export class CallContext extends Context {
  readonly name: string
  readonly #depth: number
  /** The nearest one around it that may be aborted: lists nest in any depth, and all ask it. */
  readonly parent: Context | undefined
  readonly #outermost: Context | undefined
  readonly #func: unknown

  constructor(name: string, parent: Context | undefined, func?: unknown) {
    super()
    this.name = name
    this.#func = func
    this.#depth = parent ? parent.depth + 1 : 0
    const isPassive = parent instanceof CallContext && !(parent instanceof AbortableContext)
    this.parent = isPassive ? parent.parent : parent
    this.#outermost = parent instanceof CallContext ? parent.#outermost : parent
  }

  override get depth(): number {
    return this.#depth
  }

  override calls(func: unknown): boolean {
    return func === this.#func
  }

  override get runner(): Runner | undefined {
    return this.#outermost?.runner
  }

  get outcome(): Outcome | undefined {
    return this.#outermost?.outcome
  }

  get request(): RequestInfo | undefined {
    return this.#outermost?.request
  }

  override abortable(): Context {
    return this.parent?.abortable() ?? this
  }

  override get abortion(): Abortion | undefined {
    let context: Context | undefined = this
    while (context instanceof CallContext && !context.ownAbortion) context = context.parent
    return context?.ownAbortion
  }
}

/** The context of a group, or of a Task with policies: aborted with its parent, and by itself. */
export class AbortableContext extends CallContext {
  #isFollowing = false
  #hasEnded = false
  /** How its call is tried again. */
  retries: Retries = 0
  /** Its time is not counted yet: what is called once it is. */
  held: { begin?: (at: number) => void } | undefined

  override get mayRetry(): boolean {
    return this.attempt < attemptsOf(this.retries)
  }

  override hold(): (at?: number) => void {
    const held: NonNullable<typeof this.held> = {}
    this.held = held
    return (at = performance.now()) => {
      if (this.held !== held) return
      this.held = undefined
      held.begin?.(at)
    }
  }

  override nextAttempt(): void {
    super.nextAttempt()
    this.held = undefined
  }

  override abortable(): Context {
    let context: Context | undefined = this
    while (context instanceof AbortableContext && context.#follow()) context = context.parent
    return this
  }

  /** Whether its parent has not known it before. */
  #follow(): boolean {
    if (!this.parent || this.#isFollowing || this.#hasEnded) return false
    this.#isFollowing = true
    this.parent.adopt(this)
    return true
  }

  /** It has ended: a parent that lives longer must not keep it. */
  end(): void {
    this.#hasEnded = true
    this.parent?.disown(this)
  }
}
