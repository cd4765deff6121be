import { expected } from '@backgrounder/core'
import type { Exchange } from './exchange.js'
import type { Access, MonitorOptions } from './options.js'
import type { QuietLog } from './quiet-log.js'

/**
 * Asks the application who may see the page. Rejects when it cannot tell: the visitor learns nothing of
 * why, and the log does, once in a minute.
 */
export function askAccess(
  { authorize }: MonitorOptions,
  log: QuietLog,
): (exchange: Exchange) => Promise<Access> {
  return async ({ req, context }) => {
    try {
      const access: unknown = await authorize(req, context)
      if (access === 'read' || access === 'write') return access
      if (access === false || access === undefined || access === null) return false
      throw expected('what authorize gives', "'read', 'write' or false", access)
    } catch (error) {
      log('authorize of monitor', error)
      throw error
    }
  }
}
