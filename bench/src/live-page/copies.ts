import diagnostics from 'node:diagnostics_channel'
import { createRequire } from 'node:module'
import path from 'node:path'

/** Our packages, as one app has them. */
export interface Copy {
  readonly express: typeof import('@backgrounder/express')
  readonly fastify: typeof import('@backgrounder/fastify')
  readonly koa: typeof import('@backgrounder/koa')
  readonly monitor: typeof import('@backgrounder/monitor')
}

const require = createRequire(import.meta.url)
const packages = path.join(import.meta.dirname, '../../../packages') + path.sep
const own = { ...diagnostics }

/**
 * Builds something with another copy of our packages, whose channels have names of their own. What listens
 * in a process is told of all its tasks, and Node makes a channel another object when its first listener
 * comes, for which code is compiled again: so the app without the page has channels that never have a
 * listener, and the app with it has some that always have one. To be awaited before the next.
 */
export async function withCopy<T>(name: string, build: (copy: Copy) => Promise<T>): Promise<T> {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(packages)) delete require.cache[file]
  }
  const named = (channel: string | symbol) => `${name} ${String(channel)}`
  diagnostics.channel = (channel) => own.channel(named(channel))
  diagnostics.subscribe = (channel, listener) => own.subscribe(named(channel), listener)
  try {
    return await build({
      express: require('@backgrounder/express'),
      fastify: require('@backgrounder/fastify'),
      koa: require('@backgrounder/koa'),
      monitor: require('@backgrounder/monitor'),
    })
  } finally {
    Object.assign(diagnostics, own)
  }
}
