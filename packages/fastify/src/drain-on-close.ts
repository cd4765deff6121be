import type { FastifyInstance } from 'fastify'

/** How often connections that have fallen idle are closed: a kept-alive one holds `close`. */
const SWEEP_MS = 100

/**
 * Makes `app.close()` wait for the tasks: after the server has refused new connections and answered
 * what was in flight, and before any plugin closes a resource that a task may need.
 *
 * No one hook does that. A `preClose` hook may last no longer than `pluginTimeout`; an `onClose`
 * hook runs after those of the plugins registered later. But an `onClose` that is added in
 * `preClose` runs before them all, right after the server has closed, and may take its time.
 */
export function drainOnClose(app: FastifyInstance, drain: () => Promise<unknown>): void {
  app.addHook('preClose', function sweepAndDrain(next) {
    // Not before the server closes, which closes those that are idle then: whoever has a `preClose`
    // of its own may want to answer on them until then.
    const sweep = setInterval(() => {
      if (!app.server.listening) app.server.closeIdleConnections?.()
    }, SWEEP_MS).unref()
    // avvio's own: Fastify adds no hook to an app that listens.
    const { onClose } = app as unknown as { onClose(hook: () => Promise<void>): void }
    onClose.call(app, async () => {
      clearInterval(sweep)
      await drain()
    })
    next()
  })
}
