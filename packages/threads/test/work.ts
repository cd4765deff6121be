import { type ThreadPool, threaded, threadPool } from '@backgrounder/threads'
import { afterAll } from 'vitest'
import { comesTo, makeGate, open } from './gate.js'

export const workUrl: URL = new URL('./fixtures/work.mjs', import.meta.url)

export type Work = typeof import('./fixtures/work.mjs')

export const work = threaded<Work>(workUrl)

/** A pool of so many threads, which ends with the tests of the file. */
export function makePool(maxThreads: number): ThreadPool {
  const pool = threadPool({ maxThreads })
  afterAll(() => pool.destroy())
  return pool
}

/** The same, and its threads have started: that may take longer than a timeout. */
export async function makeWarmPool(maxThreads: number): Promise<ThreadPool> {
  const pool = makePool(maxThreads)
  await warm(pool)
  return pool
}

export async function warm(pool: ThreadPool): Promise<void> {
  const gates = Array.from({ length: pool.maxThreads }, makeGate)
  const blocks = gates.map((gate) => workIn(pool).export('block').func(gate))
  for (const gate of gates) await comesTo(gate)
  gates.forEach(open)
  await Promise.all(blocks)
}

/** The same functions in another pool. */
export function workIn(pool: ThreadPool) {
  return threaded<Work>(workUrl, { pool })
}
