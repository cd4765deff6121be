import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { RequestTasks } from '@backgrounder/core'
import type { Trace } from './trace.js'

/** What is in the app beside its own middleware and hooks. */
export type Mounted = 'nothing' | 'the adapter' | 'the adapter, a task on every request'

/** What the framework hands to a handler: its own objects, and Node's. */
export interface Handed {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly [name: string]: object
}

export interface Options {
  readonly mounted: Mounted
  readonly trace: Trace
  /** No async hook and middleware of its own: they hide one of ours. */
  readonly isPlain?: true
  readonly onHandler?: (handed: Handed) => void
}

interface RunningApp {
  readonly server: Server
  readonly port: number
  close(): Promise<void>
}

/**
 * An app with the same routes on every framework: /ok, /later, /throws, /rejects, /slow/<ms>. Its
 * middleware and hooks, before the adapter and after it, mark when they are called.
 */
export interface Framework {
  readonly name: string
  start(options: Options): Promise<RunningApp>
}

/** Adds a task, where there is to be one. */
export function addTask(mounted: Mounted, tasks: () => RequestTasks): void {
  if (mounted !== 'the adapter, a task on every request') return
  tasks().addTask(async () => {
    await undefined
  })
}

/** Marks the events that an app may listen to. */
export function markEvents(trace: Trace, res: ServerResponse): void {
  res.on('finish', () => trace.mark('finish'))
  res.on('close', () => trace.end('close'))
}

export const later = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))
