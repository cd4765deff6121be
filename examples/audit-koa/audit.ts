import { currentTask, Task, Tasks } from '@backgrounder/koa'

export interface AuditEvent {
  readonly what: string
  readonly at: string
}

/**
 * Sends an event to every place that keeps audit events, two at a time. One that fails stops the
 * others: half an audit is sent again as a whole, so the rest of it would be for nothing.
 */
export function audit(places: readonly string[], event: AuditEvent): Tasks {
  const tasks = places.map((place) => new Task(send, place, event))
  return new Tasks(tasks, { asGroup: true, concurrency: 2 })
}

async function send(place: string, event: AuditEvent): Promise<void> {
  const signal = currentTask()?.signal ?? null // aborted when another of the group has failed
  const response = await fetch(place, { method: 'POST', body: JSON.stringify(event), signal })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`${place} answered ${response.status}`)
}
