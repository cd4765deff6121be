import { expect, it } from 'vitest'
import { ask, Events } from './events.js'
import { start } from './places.js'

it('many tasks are one batch, twice a second, with what has changed and no more', async () => {
  const { url, runner } = await start()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  const first = () => {}
  const second = () => {}
  for (let index = 0; index < 10_000; index += 1) runner.addTask(first)
  await runner.settled()
  await expect.poll(() => events.last('names')?.[0].ends.succeeded).toBe(10_000)
  expect(events.of('changes').length).toBeLessThan(10)
  runner.addTask(second)
  await expect.poll(() => events.last('names')?.[0].name).toBe('second')
  expect(events.last('names')).toHaveLength(1)
})

it('a batch that takes long is followed by a pause', async () => {
  const formatArgs = () => {
    const end = performance.now() + 2
    while (performance.now() < end);
    return ''
  }
  const { url, runner } = await start({ options: { formatArgs } })
  const events = new Events(`${url}events`)
  const adding = setInterval(() => runner.addTask(() => new Promise(() => {})), 100)
  try {
    await expect.poll(() => events.of('changes').length, { timeout: 20_000 }).toBeGreaterThan(3)
  } finally {
    clearInterval(adding)
  }
  const times = events.of('changes').map(({ at }) => at)
  // The first may have been begun before there was a task.
  for (let i = 2; i < times.length; i += 1) expect(times[i] - times[i - 1]).toBeGreaterThan(900)
})

it('when nothing changes but the lines, only they are sent', async () => {
  const { url } = await start()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('changes').length).toBeGreaterThan(2)
  for (const changes of events.of('changes')) {
    expect(Object.keys(changes)).toEqual(['at', 'points'])
    expect(changes.points).toHaveLength(1)
  }
})

it('twenty pages may be open, and the next one is told to come again', async () => {
  const { url } = await start()
  const pages = Array.from({ length: 20 }, () => new Events(`${url}events`))
  await expect.poll(() => pages.every((page) => page.of('full').length === 1)).toBe(true)
  const { status, headers } = await ask(`${url}events`)
  expect([status, headers['retry-after']]).toEqual([503, '10'])
  pages[0]?.close()
  let next: Events | undefined
  await expect
    .poll(() => {
      if (!next || next.status === 503) next = new Events(`${url}events`)
      return next.of('full').length
    })
    .toBe(1)
})

it('one that does not read is sent nothing more, and then all at once', async () => {
  const { url, runner } = await start()
  const [slow, quick] = [new Events(`${url}events`), new Events(`${url}events`)]
  await expect.poll(() => slow.of('full').length + quick.of('full').length).toBe(2)
  slow.pause()
  // So much that no socket holds it.
  for (let index = 0; index < 500; index += 1) runner.addTask(named(`${'x'.repeat(180)}${index}`))
  await runner.settled()
  const all = named('all')
  await expect
    .poll(
      async () => {
        for (let index = 0; index < 500; index += 1) {
          runner.addTask(named(`${'x'.repeat(180)}${index}`))
        }
        await runner.addTask(all).done
        return quick.of('changes').reduce((sum, one) => sum + JSON.stringify(one).length, 0)
      },
      { interval: 200, timeout: 50_000 },
    )
    .toBeGreaterThan(8_000_000)
  slow.resume()
  await expect.poll(() => slow.of('full').length).toBe(2)
  expect(slow.of('changes').length).toBeLessThan(quick.of('changes').length)
  expect(slow.last('names')).toHaveLength(501)
})

function named(name: string): () => void {
  return Object.defineProperty(() => {}, 'name', { value: name })
}
