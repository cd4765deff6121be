import { bullmqEngine } from '@backgrounder/bullmq'
import { background, createRunner } from '@backgrounder/core'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { skip } from '../../../../test/needs.js'
import { noOwnRedis, startRedis } from '../stores/redis.js'

// A server of its own: it is killed.
const task = background(() => {}, { name: 'mail' })

const warnings: (Error & { code?: string })[] = []
const hear = (warning: Error) => {
  if ((warning as { code?: string }).code === 'BG_REDIS_NOT_DURABLE') warnings.push(warning)
}
process.on('warning', hear)
afterEach(() => {
  warnings.length = 0
})

/** How many of 20 accepted jobs a Redis has after it was killed, and what was said at the start. */
async function keptBy(options: string[]): Promise<{ kept: number; said: string[] }> {
  const server = await startRedis(options)
  onTestFinished(server.kill)
  const engine = bullmqEngine({ redis: server.url })
  const runner = createRunner({ engine })
  await Promise.all(Array.from({ length: 20 }, () => engine.ready()))
  for (let count = 0; count < 20; count += 1) await runner.enqueue(task)
  await new Promise((resolve) => setImmediate(resolve)) // a warning is told in a later turn
  await engine.close()
  await server.kill()
  await server.start()
  const next = bullmqEngine({ redis: server.url })
  await next.ready()
  const kept = await next.queue.getWaitingCount()
  await next.close()
  return { kept, said: warnings.map(({ message }) => message) }
}

if (noOwnRedis) skip('a Redis that is killed', noOwnRedis)
else {
  describe('a Redis that is killed', () => {
    it('without appendonly loses what it has accepted: said at the start', async () => {
      const { kept, said } = await keptBy(['--appendonly', 'no'])
      expect(kept).toBe(0)
      expect(said[0]).toContain('appendonly is off')
    }, 60_000)

    it('with appendonly keeps it, and nothing is said', async () => {
      expect(await keptBy(['--appendonly', 'yes'])).toEqual({ kept: 20, said: [] })
    }, 60_000)

    it('may remove jobs before that, with another policy than noeviction: said too', async () => {
      const { said } = await keptBy(['--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru'])
      expect(said[0]).toContain('maxmemory-policy is allkeys-lru')
    }, 60_000)
  })
}
