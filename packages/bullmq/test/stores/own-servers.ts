import type { EngineOptions } from '@backgrounder/bullmq'
import { Pool } from 'pg'
import { describe } from 'vitest'
import { skip } from '../../../../test/needs.js'
import { noOwnPostgres, startPostgres } from './postgres.js'
import { noOwnRedis, startRedis } from './redis.js'
import type { Server } from './server.js'

/** A kind of server that a test may kill, freeze and start again. */
export interface OwnServer {
  readonly name: 'Redis' | 'PostgreSQL'
  start(): Promise<Server>
  options(url: string): EngineOptions
}

const servers: (OwnServer & { readonly missing: string | undefined })[] = [
  {
    name: 'Redis',
    missing: noOwnRedis,
    start: () => startRedis(),
    options: (redis) => ({ redis }),
  },
  {
    name: 'PostgreSQL',
    missing: noOwnPostgres,
    start: startPostgres,
    options: (connectionString) => ({ pool: new Pool({ connectionString }) }),
  },
]

/** Runs the same tests with a server of each kind: one that is missing is skipped, and said to be. */
export function describeOwnServers(what: string, tests: (server: OwnServer) => void): void {
  for (const { missing, ...server } of servers) {
    const title = `${what}: ${server.name}`
    if (missing) skip(title, missing)
    else describe(title, () => tests(server))
  }
}
