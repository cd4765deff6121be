import { type ThreadPool, threaded, threadPool } from '@backgrounder/threads'
import { afterAll } from 'vitest'

export const workUrl: URL = new URL('./fixtures/work.mjs', import.meta.url)

export type Work = typeof import('./fixtures/work.mjs')

export const work = threaded<Work>(workUrl)

/** A pool of so many threads, which ends with the tests of the file. */
export function makePool(maxThreads: number): ThreadPool {
  const pool = threadPool({ maxThreads })
  afterAll(() => pool.destroy())
  return pool
}

/** The same functions in another pool. */
export function workIn(pool: ThreadPool) {
  return threaded<Work>(workUrl, { pool })
}
