import { createHash, randomUUID } from 'node:crypto'
import type { Delivery, Job as EngineJob, Retries, RetryOptions } from '@backgrounder/core'
import type { Job, JobsOptions } from 'bullmq'
import type { EngineSettings, KeepJobs } from './options.js'

/** What is stored. A worker that reads a later version leaves it to another worker. */
export interface JobData {
  readonly v: 1
  readonly args: readonly unknown[]
  /** None: it may run as long as it likes. */
  readonly timeout?: Stored<number>
  /** None: one attempt. */
  readonly retries?: { readonly [K in keyof RetryOptions]: Stored<RetryOptions[K]> }
  /** None: nobody gave it any. */
  readonly headers?: Readonly<Record<string, string>>
  /** When a worker first did not know its name, in ms since 1970. */
  readonly unknownSince?: number
  /** How many workers had died with it when it was told to run again. */
  readonly deathsBefore?: number
}

// JSON has no Infinity.
type Stored<T> = T | 'Infinity'

const stored = (value: number | undefined) => (value === Infinity ? 'Infinity' : value)
const read = (value: Stored<number> | undefined) => (value === 'Infinity' ? Infinity : value)

/** What fits into a column of PostgreSQL. The worker decides; this is for those who look. */
const MOST_ATTEMPTS = 2 ** 31 - 1

/** Without what says nothing: each byte is stored, and read several times. */
export function toData({ args, timeout, retries, headers }: EngineJob): JobData {
  return {
    v: 1,
    args,
    ...(timeout !== false && timeout !== Infinity && { timeout }),
    ...(retries !== 0 && { retries: toStored(retries) }),
    ...(headers && { headers }),
  }
}

function toStored(retries: Retries): NonNullable<JobData['retries']> {
  if (typeof retries === 'number') return { attempts: stored(retries + 1) }
  const { attempts = 3, delay, factor, maxDelay, jitter } = retries
  return {
    attempts: stored(attempts),
    delay,
    factor: stored(factor),
    maxDelay: stored(maxDelay),
    jitter,
  }
}

/** PostgreSQL takes whole ones. */
const inSeconds = (ms: number) => Math.ceil(ms / 1_000)

/**
 * How a job that is done is kept. To keep a count costs the end of each job that asks for it: in SQL it
 * sorts all that is done. So few do, and there may be a twentieth more than the count.
 */
function keeps({ age, count }: KeepJobs): KeepJobs | { readonly age: number } {
  const oneIn = Math.ceil(count / 20)
  const seconds = inSeconds(age)
  return Math.random() * oneIn < 1 ? { age: seconds, count } : { age: seconds }
}

export function toOptions(job: EngineJob, { keepDone, keepDead }: EngineSettings): JobsOptions {
  const { attempts } = toStored(job.retries)
  return {
    jobId: idOf(job),
    ...(job.delay > 0 && { delay: Math.ceil(job.delay) }),
    attempts: Math.min(MOST_ATTEMPTS, read(attempts) ?? 1),
    removeOnComplete: keeps(keepDone),
    removeOnFail: { age: inSeconds(keepDead) },
  }
}

/**
 * Always one of ours: BullMQ refuses colons and whole numbers, and with an id the same job that is
 * sent twice, because a connection broke, is stored once.
 */
export function idOf({ id, name, key }: EngineJob): string {
  if (key !== undefined) {
    const hash = createHash('sha256').update(JSON.stringify([name, key]))
    return `bg-${hash.digest('hex')}`
  }
  return id ?? `bg-${randomUUID()}`
}

/** Of a job that somebody else has added it may be anything. */
export function isObject(data: unknown): data is Partial<JobData> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}

/** Of a job that this version wrote. */
export function isKnown(data: unknown): data is JobData {
  return (data as Partial<JobData> | null)?.v === 1 && Array.isArray((data as JobData).args)
}

export function toDelivery(job: Job, data: JobData): Delivery {
  const deaths = job.stalledCounter - (data.deathsBefore ?? 0)
  return {
    id: job.id as string,
    name: job.name,
    args: data.args,
    attempt: job.attemptsMade + deaths + 1,
    deaths,
    timeout: read(data.timeout) ?? false,
    retries: data.retries ? fromStored(data.retries) : 0,
    headers: data.headers,
  }
}

function fromStored({ attempts, factor, maxDelay, ...rest }: NonNullable<JobData['retries']>) {
  return {
    ...rest,
    attempts: read(attempts),
    factor: read(factor),
    maxDelay: read(maxDelay),
  } as RetryOptions
}
