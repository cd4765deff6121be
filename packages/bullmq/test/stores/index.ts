import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type BullmqEngine, bullmqEngine, type EngineOptions } from '@backgrounder/bullmq'
import { Pool } from 'pg'
import { afterAll, describe } from 'vitest'
import { skip } from '../../../../test/needs.js'
import { noPostgres } from './postgres.js'
import { noRedis } from './redis.js'
import { databaseUrl, once, redisUrl } from './urls.js'

type Over = Omit<EngineOptions, 'redis' | 'pool' | 'embedded'>

/** A real store, on which a test makes engines. */
export interface TestStore {
  readonly name: 'Redis' | 'PostgreSQL' | 'embedded'
  /** Options of an engine that has the store to itself: it is empty. */
  options(over?: Over): Promise<EngineOptions>
  open(over?: Over): Promise<BullmqEngine>
}

/** Runs the same tests on each store: those that are missing are skipped, and said to be. */
export function describeStores(
  what: string,
  tests: (store: TestStore) => void,
  only?: TestStore['name'],
): void {
  for (const { name, missing, makeOptions } of stores()) {
    if (only && name !== only) continue
    const title = `${what} on ${name}`
    if (missing) {
      skip(title, missing)
      continue
    }
    describe(title, () => {
      const options = async (over?: Over) => ({ ...(await makeOptions()), ...over })
      const open = async (over?: Over) => {
        const engine = bullmqEngine(await options(over))
        await engine.ready()
        return engine
      }
      tests({ name, options, open })
    })
  }
}

interface Kind {
  readonly name: TestStore['name']
  readonly missing: string | undefined
  makeOptions(): Promise<EngineOptions>
}

function stores(): Kind[] {
  const ends: (() => Promise<unknown>)[] = []
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  }, 60_000)

  const pool = once(async () => {
    const made = new Pool({ connectionString: await databaseUrl() })
    made.on('error', () => {}) // its server ends with the file
    ends.push(() => made.end())
    return made
  })
  // To make one takes seconds, and to copy it none.
  const template = once(async () => {
    const parent = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-embedded-'))
    ends.push(() => rm(parent, { recursive: true }))
    const folder = path.join(parent, 'template')
    const engine = bullmqEngine({ embedded: folder })
    await engine.ready()
    await engine.close()
    return folder
  })
  const queueName = () => `test-${randomUUID()}`
  return [
    {
      name: 'embedded',
      missing: undefined,
      async makeOptions() {
        const folder = `${await template()}-${randomUUID()}`
        await cp(await template(), folder, { recursive: true })
        return { embedded: folder }
      },
    },
    {
      name: 'PostgreSQL',
      missing: noPostgres,
      makeOptions: async () => ({ pool: await pool(), queueName: queueName() }),
    },
    {
      name: 'Redis',
      missing: noRedis,
      makeOptions: async () => ({ redis: await redisUrl(), queueName: queueName() }),
    },
  ]
}
