import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import { findProgram, freePort, type Server, startServer } from './server.js'

/** Why there is none of the test's own, to be killed; undefined when there is. */
export const noOwnRedis: string | undefined = findProgram('redis-server')
  ? undefined
  : 'no redis-server on the PATH'
/** Why there is no Redis; undefined when there is. */
export const noRedis: string | undefined = process.env.REDIS_URL
  ? undefined
  : noOwnRedis && `no REDIS_URL, and ${noOwnRedis}`

/** A Redis of the test's own, which it may kill. */
export async function startRedis(
  options: readonly string[] = ['--appendonly', 'yes'],
): Promise<Server> {
  const port = await freePort()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-redis-'))
  const url = `redis://127.0.0.1:${port}`
  const args = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    ...options,
  ]
  return startServer({ url, port, program: 'redis-server', args, folder, isUp: () => ping(url) })
}

async function ping(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.ping() // it may be loading its data
  } finally {
    client.disconnect()
  }
}
