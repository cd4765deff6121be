import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { TaskContext } from '@backgrounder/core'
import { onTestFinished, vi } from 'vitest'

// Until the row ends, and of its own request only: what an earlier row left behind may still run.

/** What is published on a channel of the tasks of this path; what is of no task, without one. */
export function published<Event>(name: string, path?: string): Event[] {
  const events: Event[] = []
  const listener = (event: unknown) => {
    if (taskOf(event)?.request?.url === path) events.push(event as Event)
  }
  subscribe(name, listener)
  onTestFinished(() => void unsubscribe(name, listener))
  return events
}

/** The warnings of the process with this code that name this request. */
export function warnings(code: string, request: string): string[] {
  const warned: string[] = []
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
    const { code: own } = options as { code?: string }
    if (own === code && String(message).includes(request)) warned.push(String(message))
  })
  onTestFinished(() => void spy.mockRestore())
  return warned
}

function taskOf(event: unknown): TaskContext | undefined {
  return (event as { readonly task?: TaskContext }).task
}
