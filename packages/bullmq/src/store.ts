import type { Job, Queue } from 'bullmq'
import type { PacedWorker } from './paced-worker.js'

/** What runs a job; its result is nothing. */
type Processor = (job: Job, token?: string) => Promise<void>

/** What a worker of BullMQ is told; the rest is the same on every store. */
export interface WorkerSettings {
  readonly concurrency: number
  readonly processor: Processor
}

/** Where the jobs are, as BullMQ is told. */
export interface Store {
  /** For the engine: it fails at once when the store is not there. Made once. */
  readonly queue: Queue
  /** For the caller: it waits for the store, as any of BullMQ's. Made once. */
  readonly callersQueue: Queue
  /** Whether there is SQL, and so a transaction of the caller's. */
  readonly isSql: boolean
  /** Resolves when the store is there; rejects, and soon, when it is not. It may be asked again. */
  ready(): Promise<void>
  /** A worker that begins at once, or when the store is there. */
  makeWorker(settings: WorkerSettings): PacedWorker
  close(): Promise<void>
}

/**
 * A job of a worker that was killed comes back when its lease has ended and two looks have seen that:
 * within 15 s, instead of the 60 s and more of BullMQ's defaults.
 */
export const workerOptions: {
  readonly lockDuration: number
  readonly stalledInterval: number
  readonly maxStalledCount: number
  readonly runRetryDelay: number
} = {
  lockDuration: 10_000,
  stalledInterval: 3_000,
  // How many workers may die with a job is decided for each job, by its retries: see core.
  maxStalledCount: 2 ** 31 - 1,
  // After an error of the store, in ms: its default is 15 s.
  runRetryDelay: 1_000,
}
