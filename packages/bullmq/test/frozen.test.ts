import { bullmqEngine, type EngineOptions } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { Pool } from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { skip } from './stores/index.js'
import { noOwnPostgres, startPostgres } from './stores/postgres.js'
import { noOwnRedis, startRedis } from './stores/redis.js'
import type { Server } from './stores/server.js'
import { until } from './until.js'

const mail = background((_to: string) => {}, { name: 'mail' })

/** It has the connection, and answers nothing. */
function describeFrozen(
  name: string,
  missing: string | undefined,
  start: () => Promise<Server>,
  optionsOf: (url: string) => EngineOptions,
): void {
  if (missing) skip(`a store that is frozen: ${name}`, missing)
  else
    describe(`a store that is frozen: ${name}`, () => {
      it('is a 503 after acceptTimeout, and takes jobs again when it goes on', async () => {
        const server = await start()
        onTestFinished(server.kill)
        const engine = bullmqEngine({ ...optionsOf(server.url), acceptTimeout: 200 })
        await engine.ready()
        const runner = createRunner({ engine })
        await runner.enqueue(mail, 'before')
        server.signal('SIGSTOP')
        for (const _ of [1, 2]) {
          await expect(runner.enqueue(mail, 'frozen')).rejects.toMatchObject({
            code: 'BG_ENQUEUE',
          })
        }
        server.signal('SIGCONT')
        const enqueue = () =>
          runner.enqueue(mail, 'after').then(
            () => true,
            () => false,
          )
        await until(enqueue)
        await engine.close()
      }, 60_000)
    })
}

describeFrozen('Redis', noOwnRedis, startRedis, (redis) => ({ redis }))
describeFrozen('PostgreSQL', noOwnPostgres, startPostgres, (connectionString) => ({
  pool: new Pool({ connectionString }),
}))
