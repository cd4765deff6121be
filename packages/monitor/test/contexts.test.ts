import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRunner, type EngineStats } from '@backgrounder/core'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { type MonitorOptions, monitor } from '@backgrounder/monitor'
import { afterEach, expect, it, vi } from 'vitest'
import { Events } from './events.js'

const visitor = new AsyncLocalStorage<string>()
let close = () => {}
afterEach(() => {
  vi.useRealTimers()
  close()
})

/** A server each of whose requests runs in the context of who has sent it. */
async function startFor(authorize: MonitorOptions['authorize'], engine = inMemoryEngine()) {
  const runner = createRunner({ engine })
  const page = monitor(runner, { authorize })
  const server = http.createServer((req, res) => {
    visitor.run(req.headers['x-user'] as string, () => page(req, res))
  })
  await once(server.listen(0), 'listening')
  close = () => {
    page.close()
    server.closeAllConnections()
    server.close()
  }
  const url = `http://localhost:${(server.address() as AddressInfo).port}/events`
  return { runner, open: (user: string) => new Events(url, { 'x-user': user }) }
}

it('a page is asked for again in the context of its own request', async () => {
  const seen: [sent: unknown, context: unknown][] = []
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
  const { open } = await startFor((req) => {
    seen.push([req.headers['x-user'], visitor.getStore()])
    return 'read'
  })
  for (const user of ['ada', 'grace']) {
    const events = open(user)
    while (events.of('full').length === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await vi.advanceTimersByTimeAsync(31_000)
  const users = [
    ['ada', 'ada'],
    ['grace', 'grace'],
  ]
  expect(seen).toEqual([...users, ...users])
})

it('an engine is asked in the context of nobody, whoever opened the first page', async () => {
  const seen: unknown[] = []
  const engine = inMemoryEngine()
  engine.stats = async () => {
    seen.push(visitor.getStore())
    return { waiting: seen.length } as EngineStats
  }
  const { open, runner } = await startFor(() => 'read', engine)
  const events = open('ada')
  await expect.poll(() => events.of('full').length).toBe(1)
  await expect.poll(() => seen.length).toBe(2)
  await visitor.run('grace', () => runner.drain()) // tells the page at once
  expect(seen).toEqual([undefined, undefined])
})

it('the lines are looked at in the context of nobody, also when the last page is closed', async () => {
  const seen = new Set<unknown>()
  const { open, runner } = await startFor(() => 'read')
  const { stats } = runner
  Object.defineProperty(runner, 'stats', {
    get() {
      // Read for the lines, and while nobody looks for nothing else.
      seen.add(visitor.getStore())
      return stats
    },
  })
  const events = open('ada')
  await expect.poll(() => events.last('points')?.length).toBeGreaterThan(0)
  expect([...seen].includes(undefined)).toBe(true)
  events.close()
  seen.clear()
  await expect.poll(() => [...seen], { timeout: 5_000 }).toEqual([undefined])
})
