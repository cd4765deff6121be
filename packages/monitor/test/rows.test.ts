import { background, createRunner, currentTask } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { monitor } from '@backgrounder/monitor'
import { expect, it } from 'vitest'
import type { RunRow } from '../src/run-row.js'
import { Events, post } from './events.js'
import { serve } from './places.js'

const logger = { error() {} }

it('of two jobs with one id, in two runners, the one whose row it is is cancelled', async () => {
  const engines = [inMemoryEngine(), inMemoryEngine()]
  const stay = background(
    () => new Promise((resolve) => currentTask()?.signal.addEventListener('abort', resolve)),
    { name: 'stay' },
  )
  const workers = await Promise.all(
    engines.map((engine) => startWorker({ engine, tasks: [stay], logger })),
  )
  const [one, two] = workers.map(({ runner }) => runner)
  if (!one || !two) throw new Error('two workers were started')
  const url = await serve(monitor({ one, two }, { authorize: () => 'write' }))
  const events = new Events(`${url}events`)
  for (const engine of engines) await createRunner({ engine }).enqueue(stay.with({ key: 'ada' }))
  await expect
    .poll(() =>
      shown(events)
        .map(({ runner }) => runner)
        .sort(),
    )
    .toEqual(['one', 'two'])
  expect(new Set(shown(events).map(({ id }) => id)).size).toBe(1)
  const { key } = shown(events).find(({ runner }) => runner === 'two') as RunRow
  expect(await post(`${url}cancel`, { id: key })).toMatchObject({ status: 200 })
  await expect.poll(() => two.stats.cancelled).toBe(1)
  expect(one.stats).toMatchObject({ running: 1, cancelled: 0 })
  await Promise.all(workers.map((worker) => worker.close({ timeout: 1 })))
})

it('a job that is delivered again stays, when the row of what was before goes', async () => {
  const engine = inMemoryEngine()
  let end = () => {}
  let attempts = 0
  const again = background(
    async () => {
      attempts += 1
      if (attempts === 1) throw new Error('not yet')
      await new Promise<void>((resolve) => (end = resolve))
    },
    { name: 'again', retries: { attempts: 2, delay: 1 } },
  )
  const worker = await startWorker({ engine, tasks: [again], logger })
  const url = await serve(monitor(worker.runner, { authorize: () => 'write' }))
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  const { id } = await createRunner({ engine }).enqueue(again)
  const gone = () => events.of('changes').flatMap(({ runs }) => runs?.gone ?? [])
  await expect.poll(() => gone().length).toBe(1)
  expect(worker.runner.running()).toHaveLength(1)
  expect(shown(events)).toMatchObject([{ id, state: 'running', attempt: 2 }])
  const { key } = shown(events)[0] as RunRow
  expect(await post(`${url}cancel`, { id: key })).toMatchObject({ status: 200 })
  end()
  await worker.close()
})

/** The rows, by what was told so far. */
function shown(events: Events): RunRow[] {
  const rows = new Map<string, RunRow>()
  for (const { runs } of [...events.of('full'), ...events.of('changes')]) {
    for (const row of runs?.rows ?? []) rows.set(row.key, row)
    for (const key of runs?.gone ?? []) rows.delete(key)
  }
  return [...rows.values()]
}
