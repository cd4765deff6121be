import { type BullmqEngine, bullmqEngine } from '@backgrounder/bullmq'
import { Pool } from 'pg'

interface Settings {
  readonly DATABASE_URL?: string | undefined
  readonly REDIS_URL?: string | undefined
  readonly QUEUE?: string | undefined
}

/** On a server, if there is one; else in a folder, for which this process is the only one. */
export function openEngine(
  { DATABASE_URL, REDIS_URL, QUEUE }: Settings,
  folder: string,
): BullmqEngine {
  const queueName = QUEUE
  // The engine has connections of its own: of this pool it takes the options.
  if (DATABASE_URL) {
    return bullmqEngine({ pool: new Pool({ connectionString: DATABASE_URL }), queueName })
  }
  if (REDIS_URL) return bullmqEngine({ redis: REDIS_URL, queueName })
  return bullmqEngine({ embedded: folder, queueName })
}
