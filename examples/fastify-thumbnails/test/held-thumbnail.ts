// What the tests have in place of thumbnail.ts: the same, behind a gate that blocks its thread.
import { getEnvironmentData, threadId } from 'node:worker_threads'
import { makeThumbnail as make } from '../thumbnail.js'

/** Comes to the gate, and stands there until it is open: no timer and no promise of its thread goes on. */
export async function makeThumbnail(...args: Parameters<typeof make>): Promise<void> {
  const gate = getEnvironmentData('gate') as Int32Array<SharedArrayBuffer>
  Atomics.store(gate, 0, threadId)
  Atomics.add(gate, 1, 1)
  // Where it blocks the test itself, nobody opens it.
  if (Atomics.wait(gate, 2, 0, 60_000) === 'timed-out')
    throw new Error('The gate has stayed closed')
  await make(...args)
}
