import { Context, type RequestInfo, type TaskContext } from './context.js'
import { enter, enterStorage } from './current-task.js'
import type { Outcome } from './options.js'

/** What is told of a task where its function runs elsewhere; the signal is aborted by hand there. */
export interface RemoteTask extends Omit<TaskContext, 'signal'> {
  /** Whether `currentTask()` works anywhere. */
  readonly asyncContext: boolean
}

/** The context of a task that belongs to another thread. */
export class RemoteContext extends Context {
  readonly #task: RemoteTask

  constructor(task: RemoteTask) {
    super()
    this.#task = task
  }

  get name(): string {
    return this.#task.name
  }

  override get id(): string {
    return this.#task.id
  }

  override get attempt(): number {
    return this.#task.attempt
  }

  get outcome(): Outcome | undefined {
    return this.#task.outcome
  }

  get request(): RequestInfo | undefined {
    return this.#task.request
  }

  /** Calls the function: `currentTask()` is this task in it. */
  call<A extends unknown[], R>(func: (this: void, ...args: A) => R, args: A): R {
    return (this.#task.asyncContext ? enterStorage : enter)(this, func, args)
  }
}
