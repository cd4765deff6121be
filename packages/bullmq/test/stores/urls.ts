import { afterAll } from 'vitest'
import { noPostgres, startPostgres } from './postgres.js'
import { noRedis, startRedis } from './redis.js'

const ends: (() => Promise<unknown>)[] = []
afterAll(() => Promise.all(ends.map((end) => end())))

/** Of the Redis that the environment names, or of one that ends with the test file. */
export const redisUrl: () => Promise<string> = once(async () => {
  if (process.env.REDIS_URL) return process.env.REDIS_URL
  const { url, kill } = await startRedis()
  ends.push(kill)
  return url
})

/** The same of a PostgreSQL. */
export const databaseUrl: () => Promise<string> = once(async () => {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL
  const { url, kill } = await startPostgres()
  ends.push(kill)
  return url
})

/** Where an example is told to keep its jobs: by the environment. */
export const environments: {
  readonly name: string
  /** Why it cannot be. */
  readonly missing: string | undefined
  settings(): Promise<{ DATABASE_URL?: string; REDIS_URL?: string }>
}[] = [
  { name: 'a folder', missing: undefined, settings: async () => ({}) },
  {
    name: 'PostgreSQL',
    missing: noPostgres,
    settings: async () => ({ DATABASE_URL: await databaseUrl() }),
  },
  { name: 'Redis', missing: noRedis, settings: async () => ({ REDIS_URL: await redisUrl() }) },
]

export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
