import { expect, test, vi } from 'vitest'
import { Service } from './service.js'
import { Warehouse } from './warehouse.js'

vi.setConfig({ testTimeout: 60_000 }) // it waits as a load balancer does

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 40_000 })

const ids = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: nothing that was accepted is lost',
  async (signal) => {
    const warehouse = new Warehouse()
    const service = await Service.start({
      WAREHOUSE: await warehouse.start(),
      UNREADY_MS: '8000',
    })

    // Some are answered, and their tasks run; some are in flight, and have not added one yet.
    warehouse.open('reserve')
    const running = ids('running-', 20)
    expect(await Promise.all(running.map((id) => service.order(id)))).toEqual(
      running.map(() => 202),
    )
    await until(() => expect(warehouse.count('ship')).toBe(20))
    warehouse.hold('reserve')
    const inFlight = ids('in-flight-', 20)
    const answers = Promise.all(inFlight.map((id) => service.order(id)))
    await until(() => expect(warehouse.count('reserve')).toBe(40))
    expect(await service.request('GET', '/ready')).toBe(200)

    // First it says that it is not ready, and serves on.
    service.kill(signal)
    await until(async () => expect(await service.request('GET', '/ready')).toBe(503))
    const late = service.order('late')
    await until(() => expect(warehouse.count('reserve')).toBe(41))

    // Then it refuses, and waits for what it has.
    await until(async () => expect(await service.request('GET', '/ready')).toBe('ECONNREFUSED'))
    expect([(await service.book('accepted')).length, await service.book('done')]).toEqual([20, []])
    warehouse.open('reserve')
    expect(await answers).toEqual(inFlight.map(() => 202))
    expect(await late).toBe(202)
    warehouse.open('ship')

    const { code, out, err } = await service.end()
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('82 tasks done in the drain, 0 abandoned')
    const all = [...running, ...inFlight, 'late'].sort()
    expect(await service.book('accepted')).toEqual(all)
    expect(await service.book('done')).toEqual(all)
  },
)

test('a warehouse that never answers: exit code 1, and a line for each order that is left', async () => {
  const warehouse = new Warehouse()
  const service = await Service.start({
    WAREHOUSE: await warehouse.start(),
    UNREADY_MS: '0',
    DRAIN_MS: '500',
  })
  warehouse.open('reserve')
  const answers = await Promise.all([service.order('7'), service.order('8')])
  expect(answers).toEqual([202, 202])
  await until(() => expect(warehouse.count('ship')).toBe(2))

  service.kill('SIGTERM')
  const { code, out, err } = await service.end()
  expect(code).toBe(1)
  expect(out).toContain('0 tasks done in the drain, 2 abandoned')
  expect(err).toMatch(/^task ship abandoned · POST \/orders\/7 · running · \d+ ms old$/m)
  expect(err).toMatch(/^task ship abandoned · POST \/orders\/8 · running · \d+ ms old$/m)
  expect(await service.book('done')).toEqual([])
})
