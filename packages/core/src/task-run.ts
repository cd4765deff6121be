import type { RequestInfo } from './context.js'

/** The states of a task that end it: each task reaches exactly one of them, once. */
export type SettledState =
  | 'succeeded'
  | 'failed'
  | 'timedOut'
  | 'cancelled'
  | 'skipped'
  | 'handedOff'
  | 'abandoned'

/**
 * `waiting` for its response, then `ready` to start, then `running`; after a failed attempt perhaps
 * `delayed` and `ready` again; then settled.
 */
export type TaskState = 'waiting' | 'ready' | 'running' | 'delayed' | SettledState

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
   * Resolves when the function has run to its end; rejects with its error, or with a TimeoutError,
   * CancelledError, SkippedError, HandedOffError or AbandonedError. Nobody has to handle it. At a deadline it rejects
   * though the function may go on. Like any promise it does not keep the process alive: what the
   * function waits for does.
   */
  readonly done: Promise<void>
  /**
   * Cancels it: before its start it never runs; after it, its signal is aborted, and it is
   * `cancelled` when it has ended. Returns whether there was anything left to cancel.
   */
  cancel(reason?: unknown): boolean
}
