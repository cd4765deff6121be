import type { BullmqEngine } from '@backgrounder/bullmq'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { ExpressAdapter } from '@bull-board/express'
import type { RequestHandler } from 'express'

/** bull-board on the engine's queue; `basePath` is where the app mounts it. */
export function board(engine: BullmqEngine, basePath: string): RequestHandler {
  const serverAdapter = new ExpressAdapter().setBasePath(basePath)
  createBullBoard({ queues: [new EngineAdapter(engine)], serverAdapter })
  return serverAdapter.getRouter()
}

type Job = NonNullable<Awaited<ReturnType<BullMQAdapter['getJob']>>>
type GetJobs = BullMQAdapter['getJobs']

/**
 * Retries as the engine does. BullMQ's own retry gives a dead letter one attempt more, and none to
 * one that is dead because its workers died: those deaths still count.
 */
class EngineAdapter extends BullMQAdapter {
  readonly #engine: BullmqEngine

  constructor(engine: BullmqEngine) {
    super(engine.queue)
    this.#engine = engine
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id)
    return job && this.#mend(job)
  }

  override async getJobs(...args: Parameters<GetJobs>): ReturnType<GetJobs> {
    const jobs = await super.getJobs(...args)
    return jobs.map((job) => this.#mend(job))
  }

  #mend(job: Job): Job {
    const retry = job.retry.bind(job)
    job.retry = (state, options) =>
      state === 'completed' ? retry(state, options) : this.#engine.dead.retry(job.id as string)
    return job
  }
}
