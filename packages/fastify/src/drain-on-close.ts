import { endAfterAnswer } from '@backgrounder/core'
import type { FastifyInstance } from 'fastify'

/**
 * Makes `app.close()` wait for the tasks: after the server has refused new connections and answered
 * what was in flight, and before any plugin closes a resource that a task may need.
 *
 * No one hook does that. A `preClose` hook may last no longer than `pluginTimeout`; an `onClose`
 * hook runs after those of the plugins registered later. But an `onClose` that is added in
 * `preClose` runs before them all, right after the server has closed, and may take its time.
 */
export function drainOnClose(app: FastifyInstance, drain: () => Promise<unknown>): void {
  app.addHook('preClose', function drainOnceClosed(next) {
    endAfterAnswer(app.server)
    // avvio's own: Fastify adds no hook to an app that listens.
    const { onClose } = app as unknown as { onClose(hook: () => Promise<void>): void }
    onClose.call(app, async () => {
      await drain()
    })
    next()
  })
}
