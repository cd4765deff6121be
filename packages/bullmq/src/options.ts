import type { DeadJob } from '@backgrounder/core'
import { type Rules, validate } from '@backgrounder/core'

/** Where Redis is: a URL, options of ioredis, or a client of it, whose options are taken. */
export type RedisConnection = string | object

/** What is used of a `pg.Pool`: how it connects. */
export interface PoolLike {
  readonly options: object
  /** A connection of the pool. */
  connect(): Promise<unknown>
  /** A statement on any connection. */
  query(text: string, params?: unknown[]): Promise<unknown>
}

/** How long finished jobs are kept: whichever comes first. */
export interface KeepJobs {
  /** In ms. */
  readonly age: number
  readonly count: number
}

/** Options of `bullmqEngine`: one of `redis`, `pool` and `embedded`, and how jobs are kept. */
export interface EngineOptions {
  /** Jobs are kept in Redis: needs `ioredis`, and a server with `appendonly yes` and `noeviction`. */
  redis?: RedisConnection | undefined
  /**
   * Jobs are kept in PostgreSQL 13 or later, in the schema `bullmq`: a `pg.Pool`. The engine opens
   * pools of its own with the same options, since theirs is another `search_path`.
   */
  pool?: PoolLike | undefined
  /**
   * Jobs are kept in this folder, by this process alone: needs `@electric-sql/pglite`. Experimental.
   */
  embedded?: string | undefined
  /** The name of the queue: apps that share a store have names of their own. @default 'backgrounder' */
  queueName?: string | undefined
  /**
   * How long storing a job may take, and any other question to the store, in ms from the call.
   * @default 2_000
   */
  acceptTimeout?: number | undefined
  /** How long the arguments of a job may be as JSON, in bytes. @default 65_536 */
  maxBytes?: number | undefined
  /**
   * How long a job that is done is remembered; for so long its `key` makes no second job. The
   * count may be exceeded by a twentieth.
   * @default { age: 86_400_000, count: 10_000 }
   */
  keepDone?: KeepJobs | undefined
  /** How long a dead letter is kept, in ms. @default 1_209_600_000 (14 days) */
  keepDead?: number | undefined
  /**
   * How long a job whose name no worker knows waits for one that does, in ms from the first worker
   * that did not; then it is a dead letter. @default 600_000
   */
  unknownTimeout?: number | undefined
  /** Called by the worker with each job that has failed for good. @default none */
  onDead?: ((job: DeadJob) => unknown) | undefined
}

/** The options with the defaults in. */
export interface EngineSettings
  extends Required<{
    readonly [K in Exclude<keyof EngineOptions, Store | 'onDead'>]: NonNullable<EngineOptions[K]>
  }> {
  readonly onDead: EngineOptions['onDead']
}

type Store = 'redis' | 'pool' | 'embedded'

const isText = (value: unknown) => typeof value === 'string' && value !== ''
function isRedis(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { isCluster, keyPrefix, options } = value as Record<string, unknown>
  return isCluster !== true && !keyPrefix && !Object(options).keyPrefix
}

const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 1
const isMs = (value: unknown) => Number.isFinite(value) && (value as number) >= 0
const msRule = [isMs, 'a finite number of ms from 0 and up'] as const

const rules: Rules<EngineOptions> = {
  redis: [
    (value) => isText(value) || isRedis(value),
    "a URL such as 'redis://localhost', or options or a client of ioredis, which is no Cluster and " +
      'has no keyPrefix (queueName tells queues apart)',
  ],
  pool: [
    (value) =>
      typeof (value as PoolLike | null)?.connect === 'function' &&
      typeof (value as PoolLike).options === 'object',
    'a pg.Pool',
  ],
  embedded: [isText, 'a folder'],
  queueName: [
    (value) => isText(value) && !(value as string).includes(':'),
    'a string that is not empty and has no colon',
  ],
  acceptTimeout: [
    (value) => isMs(value) && (value as number) >= 1,
    'a finite number of ms from 1 and up',
  ],
  maxBytes: [isCount, 'a whole number from 1 and up'],
  keepDone: [
    (value) => isMs((value as KeepJobs | null)?.age) && isCount((value as KeepJobs | null)?.count),
    'an object with `age` in ms and `count`',
  ],
  keepDead: msRule,
  unknownTimeout: msRule,
  onDead: [(value) => typeof value === 'function', 'a function'],
}

const example = "For example: bullmqEngine({ redis: 'redis://localhost' })"

/** @throws TypeError for an unknown option, a wrong value, and not exactly one store. */
export function checkOptions(options: EngineOptions): EngineOptions {
  const { redis, pool, embedded } = validate('bullmqEngine', options, rules, example)
  const stores = [redis, pool, embedded].filter((store) => store !== undefined)
  if (stores.length === 1) return options
  throw new TypeError(
    `Expected one of \`redis\`, \`pool\` and \`embedded\`, got ${stores.length}. ${example}`,
  )
}

export function withDefaults(options: EngineOptions): EngineSettings {
  return {
    queueName: options.queueName ?? 'backgrounder',
    acceptTimeout: options.acceptTimeout ?? 2_000,
    maxBytes: options.maxBytes ?? 65_536,
    keepDone: options.keepDone ?? { age: 86_400_000, count: 10_000 },
    keepDead: options.keepDead ?? 1_209_600_000,
    unknownTimeout: options.unknownTimeout ?? 600_000,
    onDead: options.onDead,
  }
}
