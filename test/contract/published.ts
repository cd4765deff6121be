import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { onTestFinished, vi } from 'vitest'

/** What is published on a channel until the row ends. */
export function published<Event>(name: string): Event[] {
  const events: Event[] = []
  const listener = (event: unknown) => void events.push(event as Event)
  subscribe(name, listener)
  onTestFinished(() => void unsubscribe(name, listener))
  return events
}

/** The warnings of the process until the row ends, as `code: message`. */
export function warnings(): string[] {
  const warned: string[] = []
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
    warned.push(`${(options as { code?: string }).code}: ${message}`)
  })
  onTestFinished(() => void spy.mockRestore())
  return warned
}
