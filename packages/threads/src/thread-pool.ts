import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import os from 'node:os'
import type { TransferListItem, Worker } from 'node:worker_threads'
import { type Rules, validate } from '@backgrounder/core'

/** Options of a pool of threads. */
export interface ThreadPoolOptions {
  /** How many threads there are at most. @default one less than the machine has cores, and 1 at least */
  maxThreads?: number | undefined
  /** How long a thread that has nothing to do is kept, in ms. @default 30_000 */
  idleTimeout?: number | undefined
  /** How much memory each thread may have, as node:worker_threads takes it. @default Node's */
  resourceLimits?: ThreadLimits | undefined
}

/** What a thread may have, in MB. */
export interface ThreadLimits {
  maxOldGenerationSizeMb?: number
  maxYoungGenerationSizeMb?: number
  codeRangeSizeMb?: number
  stackSizeMb?: number
}

// Not imported: its own types do not compile under `exactOptionalPropertyTypes`, here and in an app.
const { Piscina } = createRequire(__filename)('piscina') as {
  Piscina: new (options: object) => ThreadPool
}

/** What is used of a pool of threads: a Piscina is one. */
export interface ThreadPool {
  readonly maxThreads: number
  /** Those that there are at this moment. */
  readonly threads: Worker[]
  /** Runs the function of a file in a thread. */
  run(task: unknown, options?: PoolRunOptions): Promise<unknown>
  /** Listens to what it emits. */
  // biome-ignore lint/suspicious/noExplicitAny: as of any event emitter
  on(event: string, listener: (...args: any[]) => void): unknown
  /** Waits for what runs, then ends the threads. */
  close(options?: { force?: boolean }): Promise<void>
  /** Ends the threads, whatever they run. */
  destroy(): Promise<void>
}

/** For one call. */
export interface PoolRunOptions {
  filename?: string | null
  name?: string | null
  signal?: AbortSignal | EventEmitter | null
  transferList?: readonly TransferListItem[]
}

/**
 * Makes a pool of threads, for more than one runner or with options of its own. It is a Piscina; none of
 * its threads keeps the process alive when idle.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * ```ts
 * const pool = threadPool({ maxThreads: 2 })
 * const file = new URL('./digest.js', import.meta.url)
 * const digest = threaded<typeof import('./digest.js')>(file, { pool }).export('digest')
 * await digest.func('ada', { rounds: 1_000 })
 * ```
 */
export function threadPool(options: ThreadPoolOptions = {}): ThreadPool {
  validate('threadPool', options, rules)
  const { maxThreads = defaultThreads(), idleTimeout = 30_000, resourceLimits } = options
  return new Piscina({
    minThreads: 0,
    maxThreads,
    idleTimeout,
    ...(resourceLimits && { resourceLimits }),
    ...withoutSources(),
    // Otherwise what a function leaves behind, such as a log that is still written, stands still until
    // the next one runs, and an error of it would be that one's.
    atomics: 'disabled',
    recordTiming: false,
  })
}

// Threads have the options of the process. In the tests of this repository one of them finds its sources,
// and a thread runs what was built.
function withoutSources(): { execArgv?: string[] } {
  const at = process.execArgv.indexOf('@backgrounder/source')
  return at < 0
    ? {}
    : { execArgv: process.execArgv.filter((_, index) => index !== at && index !== at - 1) }
}

/** One core is left for the event loop. */
function defaultThreads(): number {
  return Math.max(1, os.availableParallelism() - 1)
}

const megabytes: Rules<ThreadLimits>[keyof ThreadLimits] = [
  (value) => typeof value === 'number' && value > 0,
  'a number of MB above 0',
]
const limitRules: Rules<ThreadLimits> = {
  maxOldGenerationSizeMb: megabytes,
  maxYoungGenerationSizeMb: megabytes,
  codeRangeSizeMb: megabytes,
  stackSizeMb: megabytes,
}

const rules: Rules<ThreadPoolOptions> = {
  maxThreads: [
    (value) => Number.isInteger(value) && (value as number) >= 1,
    'a whole number from 1 and up',
  ],
  idleTimeout: [
    (value) => typeof value === 'number' && value >= 0,
    'a number of ms from 0 and up, or Infinity',
  ],
  resourceLimits: [
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Boolean(validate('resourceLimits', value, limitRules)),
    'an object',
  ],
}

/** Of this copy of piscina or another. */
export function isPool(value: unknown): value is ThreadPool {
  const pool = value as Partial<ThreadPool> | null | undefined
  return typeof pool?.run === 'function' && typeof pool.on === 'function' && 'maxThreads' in pool
}
