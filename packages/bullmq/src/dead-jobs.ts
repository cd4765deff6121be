import type { DeadJob, DeadLetters } from '@backgrounder/core'
import { checkLimit } from '@backgrounder/core/durable'
import type { Job } from 'bullmq'
import { answerWithin } from './ends-within.js'
import { isKnown, isObject } from './job-data.js'
import type { EngineSettings } from './options.js'
import type { Store } from './store.js'

/** What BullMQ keeps as failed. */
export class DeadJobs implements DeadLetters {
  readonly #store: Store
  readonly #acceptTimeout: number

  constructor(store: Store, { acceptTimeout }: EngineSettings) {
    this.#store = store
    this.#acceptTimeout = acceptTimeout
  }

  async list(limit = 100): Promise<DeadJob[]> {
    checkLimit(limit)
    return answerWithin(this.#acceptTimeout, this.#list(limit))
  }

  retry(id: string): Promise<void> {
    return answerWithin(this.#acceptTimeout, this.#retry(id))
  }

  async #list(limit: number): Promise<DeadJob[]> {
    await this.#store.ready()
    const jobs = await this.#store.queue.getFailed(0, limit - 1)
    return jobs.map(toDead)
  }

  async #retry(id: string): Promise<void> {
    await this.#store.ready()
    const job: Job | undefined = await this.#store.queue.getJob(id)
    if (!job || !(await job.isFailed())) {
      throw new TypeError(`Expected \`id\` to be that of a dead job, got \`${id}\``)
    }
    // With all its attempts, and all the time to be known.
    if (isObject(job.data)) {
      const { unknownSince, ...data } = job.data
      await job.updateData({ ...data, deathsBefore: job.stalledCounter })
    }
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
  }
}

export function toDead(job: Job): DeadJob {
  const data: unknown = job.data
  const deaths = isKnown(data) ? job.stalledCounter - (data.deathsBefore ?? 0) : 0
  return {
    id: job.id as string,
    name: job.name,
    args: isKnown(data) ? data.args : [],
    attempts: job.attemptsMade + deaths,
    error: job.failedReason ?? '',
    failedAt: job.finishedOn ?? 0,
  }
}
