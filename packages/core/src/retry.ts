import { yesOrNo } from './contain.js'
import { isPermanent } from './errors.js'
import { LONGEST_MS } from './timer.js'

/** How a task that has failed, or timed out, is tried again. */
export interface RetryOptions {
  /** How often it is tried in all, the first time included. @default 3 */
  attempts?: number | undefined
  /** Before the second attempt, in ms from the end of the first. @default 1_000 */
  delay?: number | undefined
  /** By how much the delay grows with each further attempt. @default 2 */
  factor?: number | undefined
  /** The delay grows no longer than this, in ms. @default 30_000 */
  maxDelay?: number | undefined
  /**
   * Wait for a random time between 0 and the delay, so that what has failed together does not come
   * back together. @default true
   */
  jitter?: boolean | undefined
  /** Whether to try again after this error; `attempt` is the one that failed. @default always */
  retryIf?: ((error: unknown, attempt: number) => boolean) | undefined
}

/** In a drain no retry waits longer than this, in ms: soon, and no hot loop where attempts are endless. */
export const HURRIED_MS = 100

/** `3` is `{ attempts: 4 }`: that many retries after the first attempt. */
export type Retries = number | RetryOptions

/** A copy that nobody changes: it was validated once. */
export function frozen(retries: Retries): Retries {
  return typeof retries === 'number' || Object.isFrozen(retries)
    ? retries
    : Object.freeze({ ...retries })
}

/** How often a task is tried in all, at most. */
export function attemptsOf(retries: Retries): number {
  return typeof retries === 'number' ? retries + 1 : (retries.attempts ?? 3)
}

/** After how many ms there is another attempt; undefined when there is none, but this error. */
export interface Next {
  readonly error: unknown
  readonly delay: number | undefined
}

/** What follows an attempt that has failed with this error. No error is lost where `retryIf` fails. */
export function nextAfter(retries: Retries, attempt: number, error: unknown): Next {
  try {
    return { error, delay: retryDelay(retries, attempt, error) }
  } catch (thrown) {
    const both = new AggregateError([error, thrown], 'retryIf failed too')
    return { error: both, delay: undefined }
  }
}

// Throws what `retryIf` throws, and TypeError when that answers neither true nor false.
function retryDelay(retries: Retries, attempt: number, error: unknown): number | undefined {
  if (attempt >= attemptsOf(retries) || isPermanent(error)) return undefined
  const options = typeof retries === 'number' ? {} : retries
  const { delay = 1_000, factor = 2, maxDelay = 30_000, jitter = true, retryIf } = options
  if (retryIf && !yesOrNo('retryIf(error, attempt)', retryIf(error, attempt))) return undefined
  // A factor may grow beyond all numbers, and 0 times that is none.
  const grown = delay === 0 ? 0 : delay * factor ** (attempt - 1)
  const longest = Math.min(maxDelay, LONGEST_MS, grown)
  return jitter ? Math.random() * longest : longest
}
