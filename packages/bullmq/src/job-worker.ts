import type { EngineWorker, Verdict, Work } from '@backgrounder/core'
import type { Job } from 'bullmq'
import { conclude, UnknownJobError } from './conclude.js'
import { toDead } from './dead-jobs.js'
import { ANSWER_MS, endsWithin } from './ends-within.js'
import { isKnown, toDelivery } from './job-data.js'
import type { EngineSettings } from './options.js'
import type { PacedWorker } from './paced-worker.js'
import type { Store } from './store.js'

/** Gives the jobs of BullMQ to a worker of core. */
export class JobWorker implements EngineWorker {
  readonly #work: Work
  readonly #settings: EngineSettings
  readonly #worker: PacedWorker
  /** What was delivered and has no verdict yet. */
  #running = 0
  /** Calls of `onDead` that have not ended. */
  readonly #telling = new Set<Promise<void>>()
  #isPaused = false
  #closing: Promise<void> | undefined

  constructor(store: Store, work: Work, settings: EngineSettings) {
    this.#work = work
    this.#settings = settings
    this.#worker = store.makeWorker({
      concurrency: work.concurrency,
      processor: (job, token) => this.#process(job, token),
    })
    this.#worker.on('error', (error) => work.onError(explain(error)))
    this.#worker.on('failed', (job, error) => {
      // Also told of a failure that another attempt follows: then it has not finished.
      if (job?.finishedOn !== undefined) this.#tellDead(job, error)
    })
  }

  async #process(job: Job, token: string | undefined): Promise<void> {
    await conclude(job, token, await this.#deliver(job), this.#settings.unknownTimeout)
  }

  async #deliver(job: Job): Promise<Verdict> {
    const data: unknown = job.data
    // A fetch that had begun before the pause still brings a job.
    if (this.#isPaused) return { state: 'released' }
    if (!isKnown(data)) return { state: 'unknown' }
    this.#running += 1
    try {
      return await this.#work.deliver(toDelivery(job, data))
    } finally {
      this.#running -= 1
    }
  }

  #tellDead(job: Job, error: Error): void {
    if (error instanceof UnknownJobError) {
      const cause = new Error(`Job ${job.id} of the name ${job.name} is dead: ${error.message}`)
      this.#work.onError(cause)
    }
    const { onDead } = this.#settings
    if (!onDead) return
    const told: Promise<void> = (async () => void (await onDead(toDead(job))))()
      .catch((cause) => this.#work.onError(new Error('onDead has failed', { cause })))
      .finally(() => this.#telling.delete(told))
    this.#telling.add(told)
  }

  async pause(): Promise<void> {
    this.#isPaused = true
    await this.#worker.pause(true)
  }

  /**
   * `worker.close()` would wait for what runs, and for a store that does not answer, and for ever. What
   * core has given up is forced; what the store was not told in time is delivered again.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const worker = this.#worker
    const isClosed = await endsWithin(ANSWER_MS, worker.close(this.#running > 0))
    await endsWithin(ANSWER_MS, Promise.all(this.#telling))
    if (isClosed) return
    await worker.cut()
  }
}

/** What BullMQ says when somebody else may have the job by now. */
function explain(error: Error): Error {
  const [, id] = /lock(?: mismatch)? for job ([\w-]+)/i.exec(error.message) ?? []
  if (id === undefined) return error
  const text =
    `Job ${id} may run twice: its worker did not renew its lease in time, because the event loop was ` +
    'blocked or the store did not answer'
  return new Error(text, { cause: error })
}
