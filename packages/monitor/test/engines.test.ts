import { background, createRunner, type Engine } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { monitor } from '@backgrounder/monitor'
import { expect, it, onTestFinished } from 'vitest'
import { Events, post } from './events.js'
import { serve, start } from './places.js'

const logger = { error() {} }

it('how many jobs wait, and a dead letter that is retried', async () => {
  const engine = inMemoryEngine()
  let isUp = false
  const charge = background(
    async (_card: string) => {
      if (!isUp) throw new Error('the bank is closed')
    },
    { name: 'charge' },
  )
  const { url, runner } = await start({ runner: { engine } })
  const worker = await startWorker({ engine, tasks: [charge], logger })
  try {
    await runner.enqueue(charge, '4711')
    await runner.enqueue(charge.with({ delay: 60_000 }), '4712')
    await expect.poll(() => engine.stats()).toMatchObject({ dead: 1, delayed: 1 })
    const events = new Events(`${url}events`)
    const stats = { waiting: 0, delayed: 1, running: 0, dead: 1 }
    await expect.poll(() => events.last('engines')).toMatchObject([{ stats }])
    const [{ dead }] = events.last('engines')
    expect(dead).toMatchObject([{ name: 'charge', error: 'the bank is closed', attempts: 1 }])
    expect(JSON.stringify(dead)).not.toContain('4711')
    isUp = true
    const answer = await post(`${url}retry`, { id: dead[0].id, engine: '' })
    expect(answer).toMatchObject({ status: 200 })
    await expect
      .poll(() => events.last('engines'))
      .toMatchObject([{ dead: [], stats: { dead: 0 } }])
    const again = await post(`${url}retry`, { id: dead[0].id, engine: '' })
    expect(again.status).toBe(409)
    expect(JSON.parse(again.text).error).toContain('to be that of a dead job')
    expect(await post(`${url}retry`, { id: 'a', engine: 'other' })).toMatchObject({ status: 409 })
  } finally {
    await worker.close()
  }
})

it("a worker's jobs are shown beside the tasks, and their failures with their stacks", async () => {
  const engine = inMemoryEngine()
  const charge = background(
    async () => {
      throw new RangeError('no such card')
    },
    { name: 'charge', retries: { delay: 1, attempts: 2 } },
  )
  const web = createRunner({ engine, logger })
  const worker = await startWorker({ engine, tasks: [charge], logger })
  const url = await serve(monitor({ web, jobs: worker.runner }, { authorize: () => 'read' }))
  const events = new Events(`${url}events`)
  await web.enqueue(charge)
  const failures = () =>
    [...events.of('full'), ...events.of('changes')].flatMap((one) => one.failures ?? [])
  await expect.poll(() => failures().length).toBe(2)
  expect(failures()).toMatchObject([
    { runner: 'jobs', name: 'charge', state: 'retried', attempt: 1 },
    {
      runner: 'jobs',
      name: 'charge',
      state: 'failed',
      attempt: 2,
      title: 'RangeError: no such card',
    },
  ])
  expect(failures()[1].stack).toContain('engines.test.ts')
  await expect
    .poll(() => events.last('engines'))
    .toMatchObject([{ engine: 'web', stats: { dead: 1 } }])
  await worker.close()
})

it('a store that does not answer is said to be so, and the rest goes on', async () => {
  const engine: Engine = Object.assign(inMemoryEngine(), {
    stats: () => Promise.reject(new Error('ECONNREFUSED')),
  })
  const { url, runner } = await start({ runner: { engine } })
  const events = new Events(`${url}events`)
  const row = { error: 'Error: ECONNREFUSED', dead: [] }
  await expect.poll(() => events.last('engines')).toMatchObject([row])
  runner.addTask(function goesOn() {})
  await expect.poll(() => events.last('names')).toMatchObject([{ name: 'goesOn' }])
})

it('nobody is asked while nobody looks', async () => {
  let questions = 0
  const engine: Engine = Object.assign(inMemoryEngine(), {
    stats: async () => {
      questions += 1
      return { waiting: 0, delayed: 0, running: 0, dead: 0 }
    },
  })
  const { url, runner } = await start({ runner: { engine } })
  for (let index = 0; index < 3; index += 1) await runner.addTask(() => {}).done
  expect(questions).toBe(0)
  new Events(`${url}events`)
  await expect.poll(() => questions).toBe(1)
})

it('whatever a store answers is shown, and ends no process', async () => {
  const engine: Engine = Object.assign(inMemoryEngine(), {
    stats: async () => ({ waiting: 5n, delayed: Number.NaN, running: null, dead: '1' }) as never,
    dead: {
      list: async () =>
        Array.from({ length: 60 }, (_, index) => ({
          id: BigInt(index),
          name: undefined,
          attempts: 2n,
          error: { no: 'text' },
          failedAt: undefined,
          args: null,
        })) as never,
      retry: () => Promise.reject(new Error('there is none')),
    },
  })
  const { url } = await start({ runner: { engine } })
  const events = new Events(`${url}events`)
  await expect.poll(() => events.last('engines')?.[0].stats).toBeDefined()
  const [{ stats, dead }] = events.last('engines')
  expect(stats).toEqual({ waiting: 5, delayed: 0, running: 0, dead: 1 })
  expect(dead).toHaveLength(50)
  expect(dead[7]).toEqual({ id: '7', name: '', attempts: 2, error: '', failedAt: 0 })
})

it('a store that never answers is said to be so, and asked again', async () => {
  let questions = 0
  const engine: Engine = Object.assign(inMemoryEngine(), {
    stats: () => {
      questions += 1
      if (questions === 1) return new Promise(() => {})
      return Promise.resolve({ waiting: 7, delayed: 0, running: 0, dead: 0 })
    },
  })
  const { url } = await start({ runner: { engine } })
  const events = new Events(`${url}events`)
  const row = { error: 'Error: no answer within 5 s' }
  await expect.poll(() => events.last('engines')).toMatchObject([row])
  await expect.poll(() => events.last('engines')[0].stats).toMatchObject({ waiting: 7 })
  expect(events.last('engines')[0].error).toBeUndefined()
})

it('a promise of formatArgs is not waited for, and may reject', async () => {
  const unhandled: unknown[] = []
  const listener = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listener)
  onTestFinished(() => void process.off('unhandledRejection', listener))
  const formatArgs = (async () => {
    throw new Error('too late')
  }) as never
  const { url, runner } = await start({ options: { formatArgs } })
  const events = new Events(`${url}events`)
  const run = runner.addTask(() => new Promise<void>(() => {}))
  const row = { args: '(formatArgs gave a promise)' }
  await expect.poll(() => events.last('runs')?.rows).toMatchObject([row])
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
  run.cancel()
})
