import type { Runner } from '@backgrounder/core'
import { errorText } from './error-text.js'

const QUIET_MS = 60_000

/** Logs that something has failed, once in a minute; never throws. */
export type QuietLog = (what: string, error: unknown) => void

export function makeLog({ options: { logger } }: Runner): QuietLog {
  const toldAt = new Map<string, number>()
  return (what, error) => {
    const now = performance.now()
    if (now - (toldAt.get(what) ?? -Infinity) <= QUIET_MS) return
    toldAt.set(what, now)
    try {
      logger.error(`${what} failed · ${errorText(error).title}`)
    } catch {
      // there is nowhere left to report a broken logger
    }
  }
}
