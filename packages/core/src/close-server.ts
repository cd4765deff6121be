import type { ClosableServer } from './options.js'

/** A server on its way to be closed. */
export interface Closing {
  readonly isClosed: boolean
  /** Resolves when it has no connection left. */
  readonly closed: Promise<void>
}

/** Refuses new connections, ends those that are idle, and each of the others after its answer. */
export function closeServer(server: ClosableServer): Closing {
  let isClosed = false
  endAfterAnswer(server)
  const closed = new Promise<void>((resolve) => {
    // Called when no connection is left, also if somebody has closed the server before us or it was
    // never open: then with an error.
    server.close(() => {
      isClosed = true
      resolve()
    })
  })
  return {
    get isClosed() {
      return isClosed
    },
    closed,
  }
}

/**
 * Ends each connection soon after its answer: one that is kept alive holds a server that is closed.
 *
 * Not by `closeIdleConnections`, which `close` itself calls once: it cuts off what has been ended and
 * not been read to its end (Node 20 to 24). Node 20 adds a second to the time that is set here.
 */
export function endAfterAnswer(server: ClosableServer): void {
  if (typeof server.keepAliveTimeout === 'number') server.keepAliveTimeout = 1 // 0 is for ever
  if (typeof server.keepAliveTimeoutBuffer === 'number') server.keepAliveTimeoutBuffer = 0
}
