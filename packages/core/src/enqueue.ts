import type { Engine, EnqueuedJob, Job } from './engine.js'
import { EnqueueError } from './errors.js'
import { startTimer } from './timer.js'

/**
 * Stores a job, and waits no longer than the engine's `acceptTimeout` for it.
 *
 * @throws EnqueueError, a 503, when it is not known to be stored.
 */
export async function store(engine: Engine, job: Job): Promise<EnqueuedJob> {
  const { acceptTimeout = 2_000 } = engine
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    // Somebody waits for it, so it keeps the process alive.
    timer = startTimer(() => {
      const cause = new Error(`No answer of the store in ${acceptTimeout} ms (acceptTimeout)`)
      reject(new EnqueueError(job.name, cause))
    }, acceptTimeout)?.ref()
  })
  try {
    return await Promise.race([add(engine, job), late])
  } finally {
    clearTimeout(timer)
  }
}

async function add(engine: Engine, job: Job): Promise<EnqueuedJob> {
  try {
    return await engine.add(job)
  } catch (error) {
    throw new EnqueueError(job.name, error)
  }
}
