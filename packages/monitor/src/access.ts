import { expected, type Runner } from '@backgrounder/core'
import { errorText } from './error-text.js'
import type { Exchange } from './exchange.js'
import type { Access, MonitorOptions } from './options.js'

const QUIET_MS = 60_000

/**
 * Asks the application who may see the page. Rejects when it cannot tell: the visitor learns nothing of
 * why, and the log does, once in a minute.
 */
export function askAccess(
  { authorize }: MonitorOptions,
  { options: { logger } }: Runner,
): (exchange: Exchange) => Promise<Access> {
  let toldAt = -Infinity
  return async ({ req, context }) => {
    try {
      const access: unknown = await authorize(req, context)
      if (access === 'read' || access === 'write') return access
      if (access === false || access === undefined || access === null) return false
      throw expected('what authorize gives', "'read', 'write' or false", access)
    } catch (error) {
      const now = performance.now()
      if (now - toldAt > QUIET_MS) {
        toldAt = now
        tell(() => logger.error(`authorize of monitor failed · ${errorText(error).title}`))
      }
      throw error
    }
  }
}

function tell(say: () => void): void {
  try {
    say()
  } catch {
    // there is nowhere left to report a broken logger
  }
}
