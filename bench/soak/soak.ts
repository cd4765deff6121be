import { fileURLToPath } from 'node:url'
import type { ClientCalls } from './clients.js'
import { Child } from './conversation.js'
import type { Books, ServerCalls } from './server.js'
import { addTallies, type Tally } from './visit.js'

export interface Result {
  readonly framework: string
  readonly seconds: number
  readonly run: Tally
  /** The run and the warm-up before it. */
  readonly clients: Tally
  readonly before: Books
  readonly after: Books
}

/** Enough that what Node, V8 and the framework keep for good is kept before the first measure. */
export const WARM_UP = 5_000

/** Soaks one framework: a server and its clients, each in a process of its own. */
export async function soak(framework: string, requests: number, seed: number): Promise<Result> {
  // A server that manages less than this is broken, not slow.
  const signal = AbortSignal.timeout(180_000 + requests)
  const server = new Child<ServerCalls>(
    fileURLToPath(new URL('server.ts', import.meta.url)),
    signal,
  )
  const clients = new Child<ClientCalls>(
    fileURLToPath(new URL('clients.ts', import.meta.url)),
    signal,
  )
  const all = requests + WARM_UP + 10_000 // a last session of each client may go beyond
  const port = await server.call('start', { name: framework, requests: all })
  const warmUp = await clients.call('visitAll', { port, seed: 0, requests: WARM_UP })
  const before = await server.call('keepBooks', undefined)
  const start = performance.now()
  const run = await clients.call('visitAll', { port, seed, requests })
  const seconds = (performance.now() - start) / 1_000
  const after = await server.call('keepBooks', undefined)
  await server.call('stop', undefined)
  await Promise.all([server.end(), clients.end()])
  return { framework, seconds, run, clients: addTallies(warmUp, run), before, after }
}
