import type http from 'node:http'

/** What one app does with a request beside answering it. */
export const variants = [
  'bare',
  // A second bare app: what differs between the two is the noise of the measurement.
  'null',
  // What any middleware, or hook, costs in this framework.
  'a middleware that does nothing',
  // The adapter is mounted, and no task is added.
  'ours, 0 tasks',
  // A `finish` listener and `setImmediate`, as one writes it by hand.
  'by hand, 1 task',
  'ours, 1 task',
  // The same with a loop that awaits five functions, and lets no failure stop the others.
  'by hand, 5 async tasks',
  'ours, 5 async tasks',
  'on-finished, 1 task',
  // Fastify only: its own hook.
  'onResponse hook, 1 task',
] as const

export type Variant = (typeof variants)[number]

/** An app that answers `ok`, and how to know that its tasks have run. */
export interface App {
  readonly server: http.Server
  readonly settled: () => Promise<void>
}

/** Undefined where a framework does not have that variant. */
export type BuildApp = (variant: Variant) => Promise<App | undefined>
