import type { Retries } from './retry.js'

/** What an engine keeps: the name of a definition and its arguments, checked by core. */
export interface Job {
  /** Of a task that is handed over: the one it has already. @default made by the engine */
  readonly id: string | undefined
  readonly name: string
  /** A copy, and nothing but JSON. */
  readonly args: readonly unknown[]
  /** Two jobs of one name with one key are one job, while the engine remembers the first. */
  readonly key: string | undefined
  /** How long it waits before it may run, in ms. */
  readonly delay: number
  /** Its policies as they were when it was accepted; a `retryIf` is the worker's own. */
  readonly timeout: number | false
  readonly retries: Retries
  /** What observers gave it on its way, such as `traceparent`; its delivery has the same. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

/** A job that was accepted. */
export interface EnqueuedJob {
  /** `currentTask().id` in each of its attempts. */
  readonly id: string
}

/**
 * A durable queue, as core knows it. `engineContract` of `@backgrounder/core/testing` is what every
 * engine has to do.
 */
export interface Engine {
  /** How long storing a job may take, in ms from the call. @default 2_000 */
  readonly acceptTimeout?: number | undefined
  /** How long the arguments of a job may be as JSON, in bytes. @default 65_536 */
  readonly maxBytes?: number | undefined
  /** Stores a job. Resolves when it is stored; rejects, and soon, when it cannot be. */
  add(job: Job): Promise<EnqueuedJob>
  /** Begins to deliver the jobs that are stored. Resolves when deliveries may come. */
  work(work: Work): Promise<EngineWorker>
  /** What has failed for good. */
  readonly dead: DeadLetters
  /** How many jobs the store has now. Rejects, and soon, when it cannot be asked. */
  stats(): Promise<EngineStats>
  /** Lets go of the store. Workers are closed before. */
  close(): Promise<void>
}

/**
 * How many jobs an engine has, by what they wait for. Those that are done are not counted.
 *
 * @example
 * ```ts
 * const { waiting, dead } = await engine.stats()
 * if (waiting > 1_000 || dead > 0) log.error({ waiting, dead })
 * ```
 */
export interface EngineStats {
  /** They may run as soon as a worker has a slot. */
  readonly waiting: number
  /** Their time has not come: by `delay`, or since an attempt has failed. */
  readonly delayed: number
  /** They were delivered, and have no verdict yet; those of a worker that was killed are among them. */
  readonly running: number
  /** They have failed for good, and are kept. */
  readonly dead: number
}

/** The jobs that have failed for good. */
export interface DeadLetters {
  /**
   * The newest first; 100 of them, if it is not told how many.
   *
   * @throws TypeError for a limit that is not a whole number from 1 and up.
   */
  list(limit?: number): Promise<DeadJob[]>
  /**
   * Lets one run again, with all its attempts.
   *
   * @throws when there is none with this id.
   */
  retry(id: string): Promise<void>
}

/** A job that has failed for good. */
export interface DeadJob {
  readonly id: string
  readonly name: string
  readonly args: readonly unknown[]
  /** How often it was tried. */
  readonly attempts: number
  /** The text of the last error. */
  readonly error: string
  /** In ms since 1970. */
  readonly failedAt: number
}

/** A job that is delivered for an attempt. */
export interface Delivery {
  readonly id: string
  readonly name: string
  readonly args: readonly unknown[]
  /** 1 in the first; one that its worker has not lived to end counts. */
  readonly attempt: number
  /** How many workers have died with it. */
  readonly deaths: number
  readonly timeout: number | false
  readonly retries: Retries
  /** Those of its job; undefined where it has none. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

/** What becomes of a job after a delivery. */
export type Verdict =
  /** It is done. */
  | { readonly state: 'succeeded' }
  /** It has failed, and is delivered again after the delay, in ms. */
  | { readonly state: 'retry'; readonly error: unknown; readonly delay: number }
  /** It has failed for good, and is kept where somebody finds it. */
  | { readonly state: 'failed'; readonly error: unknown }
  /** This worker stops: it is delivered again, and the attempt does not count. */
  | { readonly state: 'released' }
  /** This worker does not know the name: another one may. */
  | { readonly state: 'unknown' }

/** What a worker asks of its engine. */
export interface Work {
  /** How many jobs run at once. */
  readonly concurrency: number
  /** Runs one attempt. Never rejects; stays pending when the worker ends before the attempt does. */
  deliver(delivery: Delivery): Promise<Verdict>
  /** Is told when the store fails. */
  onError(error: unknown): void
}

/** A worker, as its engine made it. */
export interface EngineWorker {
  /** Delivers nothing more; what was delivered goes on. */
  pause(): Promise<void>
  /**
   * Lets go of the store. Whatever was delivered and has no verdict yet is delivered again to another
   * worker.
   */
  close(): Promise<void>
}
