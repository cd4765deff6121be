import { background, createRunner } from '@backgrounder/core'
import { monitor } from '@backgrounder/monitor'
import { describe, expect, it } from 'vitest'
import type { Failure } from '../src/failures.js'
import { ask, Events } from './events.js'
import { serve, start } from './places.js'

const never = () => new Promise<void>(() => {})

it('each end is counted by name, also while nobody looks', async () => {
  const { url, runner } = await start()
  const add = (name: string, task: () => unknown) => runner.addTask(named(name, task))
  add('good', () => {})
  add('good', async () => {})
  add('bad', () => Promise.reject(new Error('no')))
  add('stopped', never).cancel()
  await runner.settled()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  const rows = events
    .last('names')
    .map(({ name, ends, bars }: { name: string; ends: object; bars: number[] }) => {
      const counted = Object.entries(ends).filter(([, count]) => count > 0)
      return [name, Object.fromEntries(counted), bars.reduce((sum, count) => sum + count, 0)]
    })
  expect(rows.sort()).toEqual([
    ['bad', { failed: 1 }, 1],
    ['good', { succeeded: 2 }, 2],
    ['stopped', { cancelled: 1 }, 0],
  ])
})

it('a failure has its stack, its attempt, its request and where it was added', async () => {
  const { url, runner } = await start({ runner: { retries: { attempts: 2, delay: 1 } } })
  runner.addTask(function charge() {
    return Promise.reject(new RangeError('no such card'))
  })
  await runner.settled()
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  const [first, last] = events.last('failures')
  expect(first).toMatchObject({ name: 'charge', state: 'retried', attempt: 1 })
  expect(last).toMatchObject({
    name: 'charge',
    state: 'failed',
    attempt: 2,
    title: 'RangeError: no such card',
  })
  expect(last.stack).toMatch(/^RangeError: no such card\n {4}at charge .*counts\.test\.ts:\d+:\d+/)
  expect(last.addedAt).toMatch(/counts\.test\.ts:\d+$/)
  expect(events.last('names')).toMatchObject([{ retried: 1, ends: { failed: 1 } }])
})

it('a task that is out of time and does not end is overdue, and settled once it has', async () => {
  let end = () => {}
  const { url, runner } = await start({ runner: { timeout: 5 } })
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  runner.addTask(function stubborn() {
    return new Promise<void>((resolve) => {
      end = resolve
    })
  })
  // More than are shown of what comes and goes between two looks.
  for (let index = 0; index < 10; index += 1) runner.addTask(named('short', () => {}))
  const row = expect.objectContaining({ name: 'stubborn', state: 'timedOut', isOverdue: true })
  await expect.poll(() => events.last('runs')?.rows).toContainEqual(row)
  expect(events.last('runners')).toMatchObject([{ stats: { overdue: 1, timedOut: 1 } }])
  end()
  await expect
    .poll(() => events.last('runs')?.rows)
    .toMatchObject([{ isOverdue: false, ms: expect.any(Number) }])
})

it('what is ready and delayed is shown beside what runs', async () => {
  const { url, origin, runner } = await start({ runner: { concurrency: 1 }, task: never })
  const events = new Events(`${url}events`)
  const again = background(() => Promise.reject(new Error('not yet')), {
    retries: { delay: 60_000, jitter: false },
  })
  const delayed = runner.addTask(again)
  await expect.poll(() => delayed.state).toBe('delayed')
  runner.addTask(never)
  runner.addTask(never)
  await ask(`${origin}/add`)
  await expect.poll(() => states(events)).toEqual(['delayed', 'ready', 'ready', 'running'])
  delayed.cancel()
})

it('runners by name are shown side by side, each with its own', async () => {
  const [web, mail] = [createRunner(), createRunner()]
  const url = await serve(monitor({ web, mail }, { authorize: () => 'write' }))
  const events = new Events(`${url}events`)
  web.addTask(named('same', () => {}))
  mail.addTask(named('same', () => {}))
  await expect
    .poll(() =>
      events.last('names')?.map(({ runner, name }: Record<string, string>) => `${runner} ${name}`),
    )
    .toEqual(['web same', 'mail same'])
  expect(events.last('runners').map(({ name }: { name: string }) => name)).toEqual(['web', 'mail'])
})

it('another runner is not counted', async () => {
  const { url, runner } = await start()
  const other = createRunner()
  const events = new Events(`${url}events`)
  await other.addTask(named('elsewhere', () => {})).done
  await runner.addTask(named('here', () => {})).done
  await expect.poll(() => events.last('names')?.length).toBe(1)
  expect(events.last('names')[0].name).toBe('here')
})

describe('bounds', () => {
  it('tasks without a name share a row, whatever was asked for', async () => {
    const { url, origin, runner } = await start({ task: (() => () => {})() })
    for (let index = 0; index < 3; index += 1) await ask(`${origin}/scan/${index}`)
    await runner.settled()
    const events = new Events(`${url}events`)
    await expect.poll(() => events.of('full').length).toBe(1)
    expect(events.last('names')).toMatchObject([{ name: '(anonymous)', ends: { succeeded: 3 } }])
    runner.addTask(
      (
        () => () =>
          Promise.reject(new Error('no'))
      )(),
    )
    await ask(`${origin}/live`)
    const names = () => events.of('changes').flatMap(({ runs }) => runs?.rows ?? [])
    await expect.poll(() => names().map(({ name }) => name)).toContain('(anonymous) GET /live')
  })

  it('of 600 names the last ones share a row', async () => {
    const { url, runner } = await start()
    for (let index = 0; index < 600; index += 1) runner.addTask(named(`n${index}`, () => {}))
    await runner.settled()
    const events = new Events(`${url}events`)
    await expect.poll(() => events.of('full').length).toBe(1)
    expect(events.last('names')).toHaveLength(501)
    expect(events.last('names').at(-1)).toMatchObject({
      name: '(other names)',
      ends: { succeeded: 100 },
    })
  })

  it('of 3,000 pending tasks 150 are shown, and what runs is among them', async () => {
    const { url, runner } = await start({ runner: { concurrency: 3 } })
    const runs = Array.from({ length: 3_000 }, () => runner.addTask(never))
    const events = new Events(`${url}events`)
    await expect.poll(() => events.last('runners')?.[0].stats.pending).toBe(3_000)
    await expect.poll(() => states(events).filter((state) => state === 'running')).toHaveLength(3)
    expect(states(events)).toHaveLength(150)
    for (const run of runs) run.cancel()
  })

  it('what runs is shown, however many wait before it', async () => {
    const { url, runner } = await start({ runner: { concurrency: 3_000 } })
    const failing = background(() => Promise.reject(new Error('not yet')), {
      retries: { attempts: 2, delay: 60_000, jitter: false },
    })
    const runs = Array.from({ length: 2_100 }, () => runner.addTask(failing))
    await expect.poll(() => runs.every(({ state }) => state === 'delayed')).toBe(true)
    runs.push(runner.addTask(named('important', never)))
    const events = new Events(`${url}events`)
    await expect.poll(() => events.last('runs')?.rows.length).toBe(150)
    expect(states(events).filter((state) => state === 'running')).toHaveLength(1)
    for (const run of runs) run.cancel()
  })

  it('what fails for good is kept, also beside many that are tried again', async () => {
    const { url, runner } = await start({ runner: { retries: { attempts: 2, delay: 1 } } })
    for (let index = 0; index < 30; index += 1) {
      runner.addTask(named('storm', () => Promise.reject(new Error('no'))))
    }
    await runner.settled()
    const events = new Events(`${url}events`)
    await expect.poll(() => events.of('full').length).toBe(1)
    const final = events.last('failures').filter(({ state }: Failure) => state === 'failed')
    expect(final.length).toBeGreaterThanOrEqual(20)
    expect(events.last('failures').length).toBeGreaterThanOrEqual(30)
  })

  it('of what comes and goes between two looks a few are shown, and no more than 200 at all', async () => {
    const { url, runner } = await start()
    const events = new Events(`${url}events`)
    await expect.poll(() => events.of('full').length).toBe(1)
    for (let index = 0; index < 5_000; index += 1) runner.addTask(named('short', () => {}))
    await runner.settled()
    await expect.poll(() => events.last('names')?.[0].ends.succeeded).toBe(5_000)
    expect(states(events).length).toBeGreaterThan(0)
    expect(
      Math.max(...events.of('changes').map(({ runs }) => runs?.rows.length ?? 0)),
    ).toBeLessThan(20)
  })

  it('in a storm of failures 20 in a second are kept, and all are counted', async () => {
    const { url, runner } = await start()
    for (let index = 0; index < 1_000; index += 1) {
      runner.addTask(named('storm', () => Promise.reject(new Error('no'))))
    }
    await runner.settled()
    const events = new Events(`${url}events`)
    await expect.poll(() => events.of('full').length).toBe(1)
    const kept = events.last('failures').length
    expect(kept).toBeGreaterThanOrEqual(20)
    expect(kept).toBeLessThanOrEqual(100)
    expect(events.last('dropped') + kept).toBe(1_000)
    expect(events.last('names')).toMatchObject([{ ends: { failed: 1_000 } }])
  })
})

function named<T extends () => unknown>(name: string, func: T): T {
  return Object.defineProperty(func, 'name', { value: name })
}

/** Of all that is shown, by what was told so far. */
function states(events: Events): string[] {
  const rows = new Map<string, string>()
  for (const { runs } of [...events.of('full'), ...events.of('changes')]) {
    for (const { key, state } of runs?.rows ?? []) rows.set(key, state)
    for (const key of runs?.gone ?? []) rows.delete(key)
  }
  return [...rows.values()].sort()
}
