import { background, createRunner } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { metrics } from '@opentelemetry/sdk-node'
import { describe, expect, it } from 'vitest'
import { startSdk } from './sdk.js'
import { until } from './until.js'

const quiet = { onError() {}, logger: { error() {} } }
const name = 'backgrounder.task.name'
const outcome = 'backgrounder.task.outcome'
function typeOf(data: metrics.MetricData): string {
  const isMonotonic = 'isMonotonic' in data && data.isMonotonic
  return metrics.DataPointType[data.dataPointType] + (isMonotonic ? ', monotonic' : '')
}

const fail = () => {
  throw Object.assign(new Error('no'), { code: 'E_NO' })
}

describe('the metrics', () => {
  it('have the names, the units and the types of the page', async () => {
    const { resourceMetrics } = startSdk()
    const runner = createRunner()
    runner.addTask(() => {})
    await runner.drain()
    const { scopeMetrics } = await resourceMetrics()
    const all = scopeMetrics.flatMap((scope) => scope.metrics)
    expect(
      all.map((data) => `${data.descriptor.name} ${data.descriptor.unit} ${typeOf(data)}`).sort(),
    ).toEqual([
      'backgrounder.drain.duration s HISTOGRAM',
      'backgrounder.task.accepted {task} SUM, monotonic',
      'backgrounder.task.duration s HISTOGRAM',
      'backgrounder.task.overdue {task} SUM',
      'backgrounder.task.pending {task} SUM',
      'backgrounder.task.queue.duration s HISTOGRAM',
      'backgrounder.task.running {task} SUM',
      'backgrounder.task.settled {task} SUM, monotonic',
    ])
    expect(scopeMetrics.map(({ scope }) => scope.name)).toEqual(['@backgrounder/otel'])
  })

  it('count what is accepted and how it has ended, attempt by attempt', async () => {
    const { metric } = startSdk()
    const runner = createRunner({ ...quiet, concurrency: 1 })
    runner.addTask(function mail() {})
    runner.addTask(function mail() {})
    runner.addTask(background(fail, { name: 'flaky', retries: { attempts: 2, delay: 0 } }))
    runner.addTask(function late() {}).cancel()
    await runner.settled()
    expect((await metric('backgrounder.task.accepted'))?.points).toEqual([
      { attributes: { [name]: 'mail' }, value: 2 },
      { attributes: { [name]: 'flaky' }, value: 1 },
      { attributes: { [name]: 'late' }, value: 1 },
    ])
    const failed = { [name]: 'flaky', [outcome]: 'failed', 'error.type': 'E_NO' }
    expect((await metric('backgrounder.task.settled'))?.points).toEqual([
      { attributes: { [name]: 'late', [outcome]: 'cancelled' }, value: 1 },
      { attributes: { [name]: 'mail', [outcome]: 'succeeded' }, value: 2 },
      { attributes: failed, value: 1 },
    ])
    expect((await metric('backgrounder.task.duration'))?.points).toEqual([
      { attributes: { [name]: 'mail', [outcome]: 'succeeded' }, value: 2 },
      { attributes: { ...failed, [outcome]: 'retried' }, value: 1 },
      { attributes: failed, value: 1 },
    ])
    expect((await metric('backgrounder.task.queue.duration'))?.points).toEqual([
      { attributes: { [name]: 'mail' }, value: 2 },
      { attributes: { [name]: 'flaky' }, value: 2 },
    ])
  })

  it('are in seconds, in buckets for tasks', async () => {
    const { resourceMetrics } = startSdk()
    const runner = createRunner()
    const before = performance.now()
    runner.addTask(() => new Promise((resolve) => setTimeout(resolve, 50)))
    await runner.settled()
    const most = (performance.now() - before) / 1_000
    const { scopeMetrics } = await resourceMetrics()
    const duration = scopeMetrics
      .flatMap((scope) => scope.metrics)
      .find(({ descriptor }) => descriptor.name === 'backgrounder.task.duration')
    const value = duration?.dataPoints[0]?.value as metrics.Histogram
    expect(value.sum).toBeGreaterThan(0.04)
    expect(value.sum).toBeLessThanOrEqual(most)
    expect(value.buckets.boundaries).toEqual([
      0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ])
  })

  it('have what is pending, running and overdue now, of all runners', async () => {
    const { metric } = startSdk()
    const now = async () => {
      const gauges = ['pending', 'running', 'overdue'].map((what) =>
        metric(`backgrounder.task.${what}`),
      )
      return (await Promise.all(gauges)).map((gauge) => gauge?.points[0]?.value)
    }
    const ends: (() => void)[] = []
    const hang = () => new Promise<void>((resolve) => ends.push(resolve))
    const first = createRunner({ ...quiet, concurrency: 1 })
    const second = createRunner({ ...quiet, timeout: 1 })
    expect(await now()).toEqual([0, 0, 0])
    first.addTask(hang)
    first.addTask(hang)
    second.addTask(hang)
    await until(() => second.stats.overdue === 1 && first.stats.running === 1)
    expect(await now()).toEqual([3, 2, 1])
    while (first.stats.pending + second.stats.pending > 0) {
      for (const end of ends.splice(0)) end()
      await new Promise(setImmediate)
    }
    expect(await now()).toEqual([0, 0, 0])
  })

  it('have a promise that is tracked: how long it was followed, and its end', async () => {
    const { metric, spans } = startSdk()
    const runner = createRunner(quiet)
    runner.track(Promise.reject(new RangeError('no')))
    await runner.settled()
    const attributes = {
      [name]: 'tracked promise',
      [outcome]: 'failed',
      'error.type': 'RangeError',
    }
    for (const what of ['settled', 'duration']) {
      expect((await metric(`backgrounder.task.${what}`))?.points).toEqual([
        { attributes, value: 1 },
      ])
    }
    expect(spans()).toEqual([])
  })

  it('have a job by its deliveries: one that is tried again was retried', async () => {
    const { metric } = startSdk()
    const engine = inMemoryEngine()
    const flaky = background(fail, { name: 'flaky', retries: { attempts: 2, delay: 0 } })
    await createRunner({ engine }).enqueue(flaky)
    const worker = await startWorker({ engine, tasks: [flaky], ...quiet })
    const ended = async () => (await engine.dead.list()).length === 1
    while (!(await ended())) await new Promise(setImmediate)
    await worker.close()
    const attributes = { [name]: 'flaky', 'error.type': 'E_NO' }
    expect((await metric('backgrounder.task.settled'))?.points).toEqual([
      { attributes: { ...attributes, [outcome]: 'retried' }, value: 1 },
      { attributes: { ...attributes, [outcome]: 'failed' }, value: 1 },
    ])
    expect(await metric('backgrounder.task.accepted')).toBeUndefined()
    expect((await metric('backgrounder.task.queue.duration'))?.points).toEqual([
      { attributes: { [name]: 'flaky' }, value: 2 },
    ])
  })

  it('have each drain, and whether it was ok', async () => {
    const { metric } = startSdk()
    const runner = createRunner(quiet)
    await runner.drain()
    runner.addTask(() => new Promise(() => {}))
    await new Promise(setImmediate)
    await runner.drain({ timeout: 5 })
    expect((await metric('backgrounder.drain.duration'))?.points).toEqual([
      { attributes: { 'backgrounder.drain.ok': true }, value: 1 },
      { attributes: { 'backgrounder.drain.ok': false }, value: 1 },
    ])
  })

  it('have no more than 1,000 names, and no request in one', async () => {
    const { metric } = startSdk()
    const runner = createRunner()
    for (let index = 0; index < 1_200; index += 1) {
      runner.addTask(background(() => {}, { name: `mail-${index}` }))
    }
    runner.addTask(background(() => {}, { name: 'mail-0' }))
    await runner.settled()
    const points = (await metric('backgrounder.task.settled'))?.points ?? []
    expect(points).toHaveLength(1_001)
    const value = (label: string) => points.find(({ attributes }) => attributes[name] === label)
    expect([value('mail-0')?.value, value('mail-999')?.value, value('other')?.value]).toEqual([
      2, 1, 200,
    ])
  })

  it('have no more than 100 types of errors', async () => {
    const { metric } = startSdk()
    const runner = createRunner(quiet)
    for (let index = 0; index < 120; index += 1) {
      runner.addTask(function send() {
        throw Object.assign(new Error('no'), { code: `E_${index}` })
      })
    }
    await runner.settled()
    const points = (await metric('backgrounder.task.settled'))?.points ?? []
    expect(points).toHaveLength(101)
    expect(points.at(-1)).toMatchObject({ attributes: { 'error.type': '_OTHER' }, value: 20 })
  })
})
