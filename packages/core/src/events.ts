import { channel } from 'node:diagnostics_channel'
import type { TaskContext } from './context.js'
import type { SkipReason } from './errors.js'

/** Published on `backgrounder.task.skipped`: a task was accepted and then not run. */
export interface SkippedEvent {
  readonly name: string
  readonly reason: SkipReason
  /** The task itself, or the `Tasks` that it stands in. */
  readonly task: TaskContext
}

const skipped = channel('backgrounder.task.skipped')

export function publishSkipped(name: string, reason: SkipReason, task: TaskContext): void {
  if (skipped.hasSubscribers) skipped.publish({ name, reason, task } satisfies SkippedEvent)
}
