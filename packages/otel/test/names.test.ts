import { background, createRunner } from '@backgrounder/core'
import { ProxyTracerProvider } from '@opentelemetry/api'
import { expect, it } from 'vitest'
import { collectGarbage } from './garbage.js'
import { startSdk } from './sdk.js'
import { until } from './until.js'

const label = 'backgrounder.task.name'

async function run(name: string): Promise<void> {
  const runner = createRunner()
  runner.addTask(background(() => {}, { name }))
  await runner.settled()
}

it('a name of 200 characters stands as it is', async () => {
  const { spans, metric } = startSdk()
  const name = 'n'.repeat(200)
  await run(name)
  expect([spans()[0]?.name, spans()[0]?.attributes[label]]).toEqual([`process ${name}`, name])
  expect((await metric('backgrounder.task.settled'))?.points[0]?.attributes[label]).toBe(name)
})

it.each([
  ['is cut there', 'n'.repeat(201), `${'n'.repeat(199)}…`],
  ['is not cut in the midst of a pair', `n${'🐢'.repeat(200)}`, `n${'🐢'.repeat(99)}…`],
  ['is cut before a pair', '🐢'.repeat(200), `${'🐢'.repeat(99)}…`],
])('a longer one %s, in spans and in metrics', async (_, name, cut) => {
  const { spans, metric } = startSdk()
  await run(name)
  expect([spans()[0]?.name, spans()[0]?.attributes[label]]).toEqual([`process ${cut}`, cut])
  for (const what of ['accepted', 'queue.duration', 'duration', 'settled']) {
    const points = (await metric(`backgrounder.task.${what}`))?.points
    expect(points?.map(({ attributes }) => attributes[label])).toEqual([cut])
  }
})

it.each([
  ['whose end is cut off', (large: string) => large],
  ['that are short parts of a large text', (large: string) => large.slice(0, 100)],
])('names %s do not keep it alive in metrics', async (_, nameOf) => {
  const { instrumentation, metric } = startSdk()
  instrumentation.setTracerProvider(new ProxyTracerProvider()) // the exporter here keeps its spans
  const runner = createRunner()
  const heap = () => {
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage() // large texts are external
    return (heapUsed + external) / 1e6
  }
  const before = heap()
  for (let index = 0; index < 30; index += 1) {
    // One flat text of 4 MB, as what came from a socket is.
    const large = Buffer.alloc(4_000_000, `${index}N`).toString('latin1')
    const func = Object.defineProperty(() => {}, 'name', { value: nameOf(large) })
    runner.addTask(func)
    await runner.settled()
  }
  await until(() => heap() - before < 40) // of 120
  expect((await metric('backgrounder.task.settled'))?.points).toHaveLength(30)
})
