import type { Queue } from 'bullmq'
import type { EngineSettings } from './options.js'

/** Everything that is old enough. */
const NO_LIMIT = 0

/**
 * BullMQ looks for what has been kept long enough only when another job ends: on a queue where nothing
 * else happens a key would never be free again, and its next job be taken for the old one.
 */
export async function freeKey(
  queue: Queue,
  id: string,
  { keepDone, keepDead }: EngineSettings,
): Promise<void> {
  const job = await queue.getJob(id)
  if (job?.finishedOn === undefined) return
  const state = await job.getState()
  if (state !== 'completed' && state !== 'failed') return
  const age = state === 'failed' ? keepDead : keepDone.age
  // By age and not by id: that may be a new job meanwhile.
  if (Date.now() - job.finishedOn >= age) await queue.clean(age, NO_LIMIT, state)
}
