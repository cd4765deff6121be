import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRunner } from '@backgrounder/core'
import { monitor } from '@backgrounder/monitor'
import { expect, it, vi } from 'vitest'
import { ask, Events } from './events.js'
import { serve, start } from './places.js'

it('a drain is shown until nothing is pending, and then lets go of the page', async () => {
  let end = () => {}
  const task = () =>
    new Promise<void>((resolve) => {
      end = resolve
    })
  const { url, runner, stop } = await start()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  runner.addTask(task)
  await expect.poll(() => runner.stats.running).toBe(1)
  const drained = stop(60_000)
  const drain = { phase: 'start', timeout: 60_000 }
  await expect.poll(() => events.last('runners')).toMatchObject([{ drain }])
  await expect.poll(() => events.of('changes').length).toBeGreaterThan(2)
  expect(events.isOver).toBe(false)
  end()
  expect(await drained).toMatchObject({ ok: true, succeeded: 1 })
  await expect.poll(() => events.isOver).toBe(true)
  expect(events.of('end')).toEqual([{ reason: 'drained' }])
})

it('a page that is open at the deadline of a drain does not outlast it', async () => {
  const { url, runner, stop } = await start()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  runner.addTask(() => new Promise(() => {}))
  await expect.poll(() => runner.stats.running).toBe(1)
  const report = (await stop(200)) as { abandoned: unknown[] }
  expect(report.abandoned).toHaveLength(1)
  await expect.poll(() => events.isOver).toBe(true)
})

it('a drain that had begun before the page was made is not counted, and the next one is shown', async () => {
  const runner = createRunner()
  let end = () => {}
  const task = () => new Promise<void>((resolve) => (end = resolve))
  runner.addTask(task)
  const before = runner.drain()
  const url = await serve(monitor(runner, { authorize: () => 'read' }))
  await expect.poll(() => runner.stats.running).toBe(1)
  end()
  await before
  const events = new Events(`${url}events`)
  await expect.poll(() => events.last('runners')).toMatchObject([{ drain: { phase: 'end' } }])
  runner.addTask(task)
  await expect.poll(() => runner.stats.running).toBe(1)
  const next = runner.drain()
  await expect.poll(() => events.last('runners')).toMatchObject([{ drain: { phase: 'start' } }])
  end()
  await next
  await expect.poll(() => events.of('end')).toEqual([{ reason: 'drained' }])
})

it('a server that is closed without a drain is let go of, also by a client that would come again', async () => {
  const page = monitor(createRunner(), { authorize: () => 'read' })
  const server = http.createServer(page).listen(0)
  server.keepAliveTimeout = 0 // for ever
  await once(server, 'listening')
  const agent = new http.Agent({ keepAlive: true })
  const events = new Events(
    `http://localhost:${(server.address() as AddressInfo).port}/events`,
    {},
    agent,
  )
  await expect.poll(() => events.of('full').length).toBe(1)
  server.close()
  await once(server, 'close')
  page.close()
  await expect.poll(() => events.of('end')).toEqual([{ reason: 'closed' }])
})

it('page.close() ends the pages that are open', async () => {
  const { url, page } = await start()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  page.close()
  await expect.poll(() => events.isOver).toBe(true)
  expect(events.of('end')).toEqual([{ reason: 'closed' }])
  for (const path of ['', 'events', 'other']) {
    const { status, text } = await ask(`${url}${path}`)
    expect([status, text]).toEqual([503, 'This page was closed by its application\n'])
  }
})

it.each([true, false])(
  'nobody is let in when the page is closed meanwhile; answered just before: %s',
  async (isAnswered) => {
    let answer = (_access: 'read') => {}
    const authorize = vi.fn(() => new Promise<'read'>((resolve) => (answer = resolve)))
    const { url, page } = await start({ options: { authorize } })
    const given = ask(`${url}events`)
    await expect.poll(() => authorize.mock.calls.length).toBe(1)
    if (isAnswered) answer('read')
    page.close()
    expect((await given).status).toBe(503)
  },
)

it('a runner that goes on after a drain has its page again', async () => {
  const { url, runner } = await start()
  await runner.drain()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  expect(events.last('runners')).toMatchObject([
    { drain: { phase: 'end', ok: true, abandoned: 0 } },
  ])
  runner.addTask(function later() {})
  await expect.poll(() => events.last('names')).toMatchObject([{ name: 'later' }])
  expect(events.isOver).toBe(false)
})

it("Fastify's close lets go of the page at once, and not when that is looked at again", async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }) // that is never
  try {
    const { url, stop } = await start({}, 'Fastify 5')
    const events = new Events(`${url}events`)
    while (events.of('full').length === 0) await new Promise((resolve) => setImmediate(resolve))
    await stop()
  } finally {
    vi.useRealTimers()
  }
})
