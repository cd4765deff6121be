import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { onTestFinished } from 'vitest'

/** What is published on `backgrounder.<name>` until the test has ended. */
export function published<T = Record<string, unknown>>(name: string): T[] {
  const events: T[] = []
  listen(name, (event) => events.push(event as T))
  return events
}

/** Calls back for what is published on `backgrounder.<name>` until the test has ended. */
export function listen<T>(name: string, callback: (event: T) => void): void {
  const channel = `backgrounder.${name}`
  const listener = (event: unknown) => callback(event as T)
  subscribe(channel, listener)
  onTestFinished(() => void unsubscribe(channel, listener))
}
