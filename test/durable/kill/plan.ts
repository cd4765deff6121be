import type { EngineOptions } from '@backgrounder/bullmq'
import { Pool } from 'pg'

/** Where the jobs are, as another process can be told. */
export type StoreAt =
  | { readonly redis: string }
  | { readonly pool: string }
  | { readonly embedded: string }

/** What a process is to do. */
export interface Plan {
  readonly role: 'web' | 'worker' | 'both'
  readonly store: StoreAt
  readonly queueName: string
  /** The file that gets a line for each run: the id, and which attempt it is. */
  readonly runs: string
}

export function engineOptions({ store, queueName }: Plan): EngineOptions {
  if ('pool' in store) return { pool: new Pool({ connectionString: store.pool }), queueName }
  return { ...store, queueName }
}
