import type { ClosableServer } from './options.js'
import { rootScope } from './root-scope.js'

/** How often connections that have fallen idle are closed: a kept-alive one would hold the server. */
const SWEEP_MS = 50

/** A server on its way to be closed. */
export interface Closing {
  readonly isClosed: boolean
  /** How many connections it had when they were counted last. */
  readonly connections: number
  /** Resolves when it has no connection left. */
  readonly closed: Promise<void>
  /** Looks at it no longer. */
  stop(): void
}

/** Refuses new connections, and ends each of the others once it is idle. */
export function closeServer(server: ClosableServer): Closing {
  let isClosed = false
  let connections = 0
  let resolve: () => void
  const closed = new Promise<void>((onResolve) => {
    resolve = onResolve
  })
  const sweep = rootScope.runInAsyncScope(setInterval, undefined, look, SWEEP_MS)
  const stop = () => clearInterval(sweep)

  function onClosed(): void {
    isClosed = true
    stop()
    resolve()
  }

  function look(): void {
    server.closeIdleConnections?.()
    // Not by the callback of `close` alone: whoever has closed the server before us has had it.
    server.getConnections((error, count) => {
      connections = count
      if (error || count === 0) onClosed()
    })
  }

  server.close((error) => {
    if (!error) onClosed()
  })
  look()
  return {
    get isClosed() {
      return isClosed
    },
    get connections() {
      return connections
    },
    closed,
    stop,
  }
}
