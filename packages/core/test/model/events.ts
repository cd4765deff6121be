import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { TaskRun } from '@backgrounder/core'
import { type Events, noEvents } from './model-task.js'

/** Counts what a runner tells of its tasks, and tells of those that are skipped. */
export class EventCounts {
  readonly counts: Events = noEvents()
  readonly #stops: (() => void)[] = []

  constructor(onSkipped: (run: TaskRun, reason: string) => void) {
    for (const name of Object.keys(this.counts) as (keyof Events)[]) {
      const channel = `backgrounder.task.${name}`
      const hear = (message: unknown) => {
        const event = message as { readonly task: TaskRun; readonly reason: string }
        this.counts[name] += 1
        if (name === 'skipped') onSkipped(event.task, event.reason)
      }
      subscribe(channel, hear)
      this.#stops.push(() => unsubscribe(channel, hear))
    }
  }

  stop(): void {
    for (const stop of this.#stops) stop()
  }
}
