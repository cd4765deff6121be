import { type Abortion, Context, type RequestInfo } from './context.js'
import type { Outcome } from './options.js'

/** The context of a Task that is called, on its own or inside of another task: its parent. */
export class CallContext extends Context {
  readonly name: string
  readonly #depth: number
  /** The nearest one around it that may be aborted: lists nest in any depth, and all ask it. */
  readonly parent: Context | undefined
  readonly #outermost: Context | undefined

  constructor(name: string, parent: Context | undefined) {
    super()
    this.name = name
    this.#depth = parent ? parent.depth + 1 : 0
    const isPassive = parent instanceof CallContext && !(parent instanceof AbortableContext)
    this.parent = isPassive ? parent.parent : parent
    this.#outermost = parent instanceof CallContext ? parent.#outermost : parent
  }

  override get depth(): number {
    return this.#depth
  }

  get outcome(): Outcome | undefined {
    return this.#outermost?.outcome
  }

  get request(): RequestInfo | undefined {
    return this.#outermost?.request
  }

  override get signal(): AbortSignal {
    return this.parent?.signal ?? this.ownSignal()
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

  override get signal(): AbortSignal {
    const signal = this.ownSignal()
    let context: Context | undefined = this
    while (context instanceof AbortableContext && context.#follow()) context = context.parent
    return signal
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
