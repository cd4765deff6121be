import { expected } from './expected.js'

/**
 * For an engine's `dead.list`.
 *
 * @throws TypeError for a limit that is not a whole number from 1 and up.
 */
export function checkLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw expected('limit', 'a whole number from 1 and up', limit)
  }
}
