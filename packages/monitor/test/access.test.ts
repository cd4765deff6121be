import type { IncomingMessage } from 'node:http'
import type { Access } from '@backgrounder/monitor'
import { describe, expect, it, vi } from 'vitest'
import { ask, Events, post } from './events.js'
import { start, starts } from './places.js'

const paths = ['', 'events', 'cancel', 'retry', 'other']

it('who may not see it is told nothing, of whatever there is', async () => {
  const { url } = await start({ options: { authorize: () => false } })
  for (const path of paths) {
    for (const method of ['GET', 'POST']) {
      const { status, text } = await ask(`${url}${path}`, { method })
      expect([status, text]).toEqual([403, 'Forbidden\n'])
    }
  }
})

it('when authorize throws the answer is 500 without a word, and the log has one line', async () => {
  const lines: string[] = []
  const logger = { error: (line: string) => lines.push(line) }
  const authorize = async (): Promise<Access> => {
    throw new Error('the database at 10.0.0.7 is down')
  }
  const { url } = await start({ runner: { logger }, options: { authorize } })
  for (const path of paths) {
    const { status, text } = await ask(`${url}${path}`)
    expect([status, text]).toEqual([500, 'Internal Server Error\n'])
  }
  expect(lines).toEqual(['authorize of monitor failed · Error: the database at 10.0.0.7 is down'])
})

it('an answer that is none of the three lets nobody in, and the log says so', async () => {
  const lines: string[] = []
  const logger = { error: (line: string) => lines.push(line) }
  const { url } = await start({
    runner: { logger },
    options: { authorize: () => true as never },
  })
  expect(await ask(url)).toMatchObject({ status: 500 })
  expect(lines[0]).toContain(
    "Expected `what authorize gives` to be 'read', 'write' or false, got `true`",
  )
})

it("'read' sees, and can do nothing", async () => {
  const { url, runner } = await start({ options: { authorize: () => 'read' } })
  const events = new Events(`${url}events`)
  const run = runner.addTask(() => new Promise(() => {}))
  await expect.poll(() => events.last('runs')?.rows).toHaveLength(1)
  expect(events.of('access')).toEqual(['read'])
  expect(await ask(url)).toMatchObject({ status: 200 })
  expect(await post(`${url}cancel`, { id: run.id })).toMatchObject({ status: 403 })
  expect(await post(`${url}retry`, { id: 'a', engine: '' })).toMatchObject({ status: 403 })
  expect(run.state).toBe('running')
})

it.each(Object.keys(starts))(
  'authorize gets the request, and what is its own on %s',
  async (name) => {
    const seen: [url: string | undefined, context: object][] = []
    const authorize = (req: IncomingMessage, context: unknown): Access => {
      seen.push([req.headers['x-user'] as string, context as object])
      return 'read'
    }
    const { url } = await start({ options: { authorize } }, name)
    await ask(url, { headers: { 'x-user': 'ada' } })
    expect(seen.map(([user]) => user)).toEqual(['ada'])
    const own = name.startsWith('Koa')
      ? 'cookies'
      : name.startsWith('Fastify')
        ? 'routeOptions'
        : 'headers'
    if (name !== 'Fastify 4') expect(own in (seen[0]?.[1] ?? {})).toBe(true)
    else expect(seen[0]?.[1]).toHaveProperty('raw')
  },
)

it('a page that is open is asked for again, and ends when it is allowed no more', async () => {
  let access: Access = 'read'
  const authorize = vi.fn(() => access)
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
  try {
    const { url } = await start({ options: { authorize } })
    const events = new Events(`${url}events`)
    await arrives(() => events.of('full').length === 1)
    await vi.advanceTimersByTimeAsync(29_000)
    expect(authorize).toHaveBeenCalledTimes(1)
    access = 'write'
    await vi.advanceTimersByTimeAsync(2_000)
    await arrives(() => events.of('access').length === 2)
    expect(events.of('access')).toEqual(['read', 'write'])
    access = false
    await vi.advanceTimersByTimeAsync(31_000)
    await arrives(() => events.isOver)
    expect(events.of('end')).toEqual([{ reason: 'forbidden' }])
  } finally {
    vi.useRealTimers()
  }
})

describe('authorize that never answers', () => {
  const never = () => new Promise<Access>(() => {})

  it('has ten seconds, then the request is answered 503, and the log has a line', async () => {
    const lines: string[] = []
    const logger = { error: (line: string) => lines.push(line) }
    const authorize = vi.fn(never)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { url } = await start({ runner: { logger }, options: { authorize } })
      let answer: Awaited<ReturnType<typeof ask>> | undefined
      void ask(url).then((given) => {
        answer = given
      })
      await arrives(() => authorize.mock.calls.length === 1)
      await vi.advanceTimersByTimeAsync(10_000)
      await arrives(() => answer !== undefined)
      expect(answer).toMatchObject({ status: 503, text: 'Service Unavailable\n' })
      expect(lines).toEqual(['authorize of monitor failed · Error: It has given no answer in 10 s'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('lets nobody look any longer, and is asked once', async () => {
    const authorize = vi.fn(never).mockResolvedValueOnce('write')
    const toFake = ['setTimeout', 'clearTimeout', 'performance', 'setInterval'] as const
    vi.useFakeTimers({ toFake: [...toFake, 'clearInterval'] })
    try {
      const { url } = await start({ options: { authorize } })
      const events = new Events(`${url}events`)
      await arrives(() => events.of('full').length === 1)
      await vi.advanceTimersByTimeAsync(41_000)
      await arrives(() => events.isOver)
      expect(events.of('end')).toEqual([{ reason: 'forbidden' }])
      await vi.advanceTimersByTimeAsync(90_000)
      expect(authorize).toHaveBeenCalledTimes(2)
    } finally {
      vi.useRealTimers()
    }
  })

  it.each(['node:http', 'Fastify 5', 'Express 5'])(
    'holds no stop of %s',
    async (name) => {
      const authorize = vi.fn(never)
      const logger = { error() {} }
      const { url, stop } = await start({ runner: { logger }, options: { authorize } }, name)
      const answer = ask(url)
      await expect.poll(() => authorize.mock.calls.length).toBe(1)
      const stopped = await stop(6_000)
      if (name !== 'Fastify 5') expect(stopped).toMatchObject({ ok: true })
      expect(await answer).toMatchObject({ status: 503 })
    },
    9_000,
  ) // the time limit of authorize would be longer
})

/** Turns of the event loop until it is so; the timers of the test are no real ones. */
async function arrives(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !isSo(); turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(isSo()).toBe(true)
}
