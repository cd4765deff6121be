import diagnostics from 'node:diagnostics_channel'
import type { Monitor } from '@backgrounder/monitor'

type Subscription = Parameters<typeof diagnostics.subscribe>

/**
 * A page whose subscriptions can be taken away for a while: what listens in a process is told of all its
 * tasks, so it would cost the apps without it too. The page stays the same one, and its code as warm as in
 * a process that has run for long.
 */
export class PageInTurns {
  readonly page: Monitor
  readonly #subscriptions: Subscription[] = []

  constructor(make: () => Monitor) {
    const { subscribe } = diagnostics
    diagnostics.subscribe = (...subscription) => void this.#subscriptions.push(subscription)
    try {
      this.page = make()
    } finally {
      diagnostics.subscribe = subscribe
    }
    if (this.#subscriptions.length === 0) throw new Error('Expected the page to subscribe')
  }

  /** Is told of tasks until the function that it gives back is called. */
  listen(): () => void {
    for (const subscription of this.#subscriptions) diagnostics.subscribe(...subscription)
    return () => {
      for (const subscription of this.#subscriptions) diagnostics.unsubscribe(...subscription)
    }
  }
}
