import { background, createRunner, type Engine } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { monitor } from '@backgrounder/monitor'
import { expect, it } from 'vitest'
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
