import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { createRunner } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { invoiceJob } from '../work.js'
import { ask, Service, Stream } from './service.js'

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 40_000 })

const headers = { 'content-type': 'application/json', 'x-backgrounder': '1' }
const sample = JSON.stringify({ id: 'Send sample traffic' })

async function taken(port: number): Promise<number> {
  const server = net.createServer()
  onTestFinished(() => void server.close())
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

test('the button moves the counts of each framework; SIGTERM ends all of it while a page is open', async () => {
  const service = new Service({ PORT: '0' })
  const page = await service.page()
  expect(service.out).toMatch(/Express .*\/signup\n.*Koa .*\/orders\/3\n.*Fastify .*\/photos\/1\n/)
  const { status, headers: sent, text } = await ask(page)
  expect([status, sent['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(text).toMatch(/^<!doctype html>/)
  const { origin } = new URL(page)
  expect((await ask(origin)).headers.location).toBe('/tasks/')

  const stream = await Stream.open(page)
  const names = ['Express', 'Koa', 'Fastify', 'Worker']
  await until(() => expect([...stream.runners.keys()]).toEqual(names))
  for (const { succeeded, pending } of stream.runners.values()) {
    expect([succeeded, pending]).toEqual([0, 0])
  }
  const press = () => ask(`${page}press`, { method: 'POST', headers }, sample)
  expect((await press()).status).toBe(200)
  const again = await press()
  expect([again.status, again.text]).toEqual([409, expect.stringContaining('under way already')])

  await until(() => {
    for (const [name, stats] of stream.runners) {
      if (name === 'Worker') continue
      for (const end of ['succeeded', 'failed', 'timedOut', 'cancelled', 'skipped'] as const) {
        expect(stats[end]).toBeGreaterThan(0)
      }
    }
    expect(stream.retried.get('charge-card')).toBeGreaterThan(0)
    expect(stream.engine?.dead).toBeGreaterThan(0)
    expect(stream.runners.get('Worker')?.succeeded).toBeGreaterThan(0)
  })

  expect(stream.hasEnded).toBe(false)
  service.kill('SIGTERM')
  expect(await service.ended).toEqual({ code: 0, err: '' })
  await until(() => expect(stream.hasEnded).toBe(true))
})

test('the page is for whoever sits at this machine, and not for a site that has its name resolve to it', async () => {
  const service = new Service({ PORT: '0' })
  const page = await service.page()
  const as = async (host: string) => (await ask(page, { headers: { host } })).status
  expect([await as('localhost:3000'), await as('example.com')]).toEqual([200, 403])
  service.kill('SIGINT')
  expect(await service.ended).toEqual({ code: 0, err: '' })
})

test('a port that is taken: the next one, or a sentence when it was asked for', async () => {
  const port = await taken(0)
  const asked = await new Service({ PORT: `${port}` }).ended
  expect(asked).toEqual({
    code: 1,
    err: `Port ${port} is taken: choose another one, or PORT=0 for any that is free\n`,
  })
  const wrong = await new Service({ PORT: 'http' }).ended
  expect([wrong.code, wrong.err]).toEqual([
    1,
    'Expected PORT to be a number from 0 to 65500, got `http`\n',
  ])

  await taken(3_000).catch(() => {}) // by somebody else already
  const service = new Service({})
  expect(await service.page()).not.toContain(':3000/')
  service.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
})

test('an invoice that is a dead letter is printed by its retry, once there is paper', async () => {
  let hasPaper = false
  const engine = inMemoryEngine()
  const invoice = invoiceJob(() => hasPaper)
  const worker = await startWorker({ engine, tasks: [invoice], onError() {} })
  const { id } = await createRunner({ engine }).enqueue(invoice, '2')
  await until(async () => expect((await engine.stats()).dead).toBe(1))
  hasPaper = true
  await engine.dead.retry(id)
  await until(() => expect(worker.stats.succeeded).toBe(1))
  expect((await engine.stats()).dead).toBe(0)
  await worker.close()
})
