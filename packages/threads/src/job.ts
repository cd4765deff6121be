import { EventEmitter } from 'node:events'
import type { Worker } from 'node:worker_threads'
import type { Call, Held, RemoteTask } from '@backgrounder/core/elsewhere'
import { notClonable } from './accept.js'
import { buffersIn, revive } from './buffers.js'
import { toError } from './described-error.js'
import { ThreadDiedError } from './errors.js'
import type { Request, Response, Transfer } from './messages.js'
import type { ModuleFile } from './module-file.js'
import { unwrap } from './move.js'
import { isPlainCopy } from './plain-copy.js'

/** A call of a function that is to run in a thread. */
export interface Work {
  readonly call: Call
  readonly file: ModuleFile
  readonly name: string
  readonly args: readonly unknown[]
  /** The task that it is, or is made in. */
  readonly task: RemoteTask | undefined
}

/** Piscina takes an emitter for a signal too; to make an AbortSignal costs as much as to post a call. */
class End extends EventEmitter {
  aborted = false

  abort(): void {
    this.aborted = true
    this.emit('abort')
  }
}

/** One call, from where it waits for a thread to its end. */
export class Job {
  readonly id: number
  readonly work: Work
  readonly result: Promise<unknown>
  /** Ends its thread. */
  end: End = new End()
  /** The one that it was to wait for has died before it has come to it. */
  isSecondThread = false
  /** Of the board, where its thread writes that it has begun. */
  place: number | undefined
  /** By its id, once it is known to have begun. */
  thread: number | undefined
  /** Resolves when the thread that was ended has gone. */
  exit: Promise<void> | undefined
  /** A drain has taken it back: no thread is given it any more. */
  isTakenBack = false
  /** It was told to stop. */
  stopped: { readonly reason: unknown } | undefined
  #worker: Worker | undefined
  #begun: ReturnType<Call['hold']> | undefined
  #resolve!: (value: unknown) => void
  #reject!: (error: unknown) => void
  #unfollow: (() => void) | undefined

  constructor(work: Work, id: number) {
    this.work = work
    this.id = id
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** It waits for a thread: its time does not count, and it may be taken back. */
  hold(held: Held): void {
    this.#begun = this.work.call.hold(held)
  }

  /** Calls back when it is told to stop. */
  onStop(callback: (reason: unknown) => void): void {
    this.#unfollow = this.work.call.onStop((reason) => {
      this.stopped = { reason }
      callback(reason)
    })
  }

  /** @throws PermanentError for what can be moved once, if there may be another attempt. */
  toPost(pool: string): { request: Request; transfer: Transfer } {
    const { file, name, task, call } = this.work
    const { args, transfer } = unwrap(this.work.args, call.mayRetry)
    const request: Request = {
      id: this.id,
      place: this.place,
      pool,
      file: file.url,
      name,
      args,
      buffers: isPlainCopy(args) ? [] : buffersIn(args),
      task,
      tsx: file.loading.by === 'tsx' ? file.loading.from : undefined,
      wantsResult: !call.isTask,
    }
    return { request, transfer }
  }

  /** With when, by performance.now(). */
  begin(thread: number, worker: Worker | undefined, at: number): void {
    this.thread = thread
    this.#worker = worker
    this.#begun?.(at)
  }

  get isKilled(): boolean {
    return this.end.aborted
  }

  /** Ends the thread that it runs in, or takes it back from those that it waits for. */
  kill(cause?: unknown): void {
    if (this.isKilled || this.#isSettled) return
    this.#cause = cause
    const worker = this.#worker
    if (worker) this.exit = new Promise((resolve) => worker.once('exit', () => resolve()))
    this.end.abort()
  }

  /** Takes it back from the thread that it was to wait for, to be given another one. */
  useAnother(): void {
    const { end } = this
    this.isSecondThread = true
    this.end = new End()
    end.abort()
  }

  #isSettled = false
  /** What has ended its thread before it came to it. */
  #cause: unknown

  settle(response: Response): void {
    this.#leave()
    if ('error' in response) this.#reject(toError(response.error))
    else {
      revive(response.buffers)
      this.#resolve(response.value)
    }
  }

  /** It did not come to an end of its own. */
  fail(error: unknown): void {
    this.#leave()
    const { stopped } = this
    const { args } = this.work
    const name = this.work.task?.name ?? this.work.name
    if (stopped) this.#reject(stopped.reason)
    else if (this.isKilled) this.#reject(new ThreadDiedError(name, this.#cause ?? error))
    else if (isCloneError(error)) this.#reject(notClonable(args, error))
    else if (isPermanent(error)) this.#reject(error)
    else this.#reject(new ThreadDiedError(name, error))
  }

  #leave(): void {
    this.#isSettled = true
    this.#unfollow?.()
  }
}

function isCloneError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'DataCloneError'
}

function isPermanent(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'BG_PERMANENT'
}
