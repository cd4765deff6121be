import { expect, it } from 'vitest'
import { Events } from './events.js'
import { start } from './places.js'

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

it('a server that is closed without a drain is let go of', async () => {
  const { url, page } = await start()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  page.close()
  await expect.poll(() => events.isOver).toBe(true)
  expect(events.of('end')).toEqual([{ reason: 'closed' }])
})

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
