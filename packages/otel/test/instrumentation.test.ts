import { channel } from 'node:diagnostics_channel'
import { createRequire } from 'node:module'
import { createRunner } from '@backgrounder/core'
import { BackgrounderInstrumentation } from '@backgrounder/otel'
import { context, createContextKey, propagation, trace } from '@opentelemetry/api'
import type { Instrumentation } from '@opentelemetry/instrumentation'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { describe, expect, it } from 'vitest'
import { collectGarbage } from './garbage.js'
import { startSdk } from './sdk.js'
import { until } from './until.js'

const names = [
  'task.accepted',
  'task.ready',
  'task.attempt',
  'task.timedOut',
  'task.retried',
  'task.settled',
  'job.enqueue',
  'drain',
]
const subscribed = () => names.filter((name) => channel(`backgrounder.${name}`).hasSubscribers)

describe('BackgrounderInstrumentation', () => {
  it('is an instrumentation, with the name and the version of its package', () => {
    const instrumentation: Instrumentation = new BackgrounderInstrumentation({ enabled: false })
    const { version } = createRequire(import.meta.url)('../package.json') as { version: string }
    expect(instrumentation.instrumentationName).toBe('@backgrounder/otel')
    expect(instrumentation.instrumentationVersion).toBe(version)
  })

  it('listens once it is made, or when it is enabled, and once only', () => {
    expect(subscribed()).toEqual([])
    const late = new BackgrounderInstrumentation({ enabled: false })
    expect(subscribed()).toEqual([])
    late.enable()
    late.enable()
    expect(subscribed()).toEqual(names)
    late.disable()
    expect(subscribed()).toEqual([])
    late.disable()
    const early = new BackgrounderInstrumentation()
    expect(subscribed()).toEqual(names)
    early.disable()
    expect(subscribed()).toEqual([])
  })

  it('is enabled by registerInstrumentations, as every other, and disabled by what that returns', () => {
    const off = registerInstrumentations({
      instrumentations: [new BackgrounderInstrumentation({ enabled: false })],
    })
    expect(subscribed()).toEqual(names)
    off()
    expect(subscribed()).toEqual([])
  })

  it('writes each thing once, however often it is enabled', async () => {
    const { instrumentation, spans, metric } = startSdk()
    instrumentation.enable()
    const runner = createRunner()
    runner.addTask(() => {})
    await runner.settled()
    expect(spans()).toHaveLength(1)
    expect((await metric('backgrounder.task.settled'))?.points[0]?.value).toBe(1)
    expect((await metric('backgrounder.task.running'))?.points).toHaveLength(1)
  })

  it('that is disabled ends the spans of what runs, and the tasks go on', async () => {
    const { instrumentation, spans, open, metric } = startSdk()
    const runner = createRunner()
    let end = () => {}
    const run = runner.addTask(function slow() {
      return new Promise<void>((resolve) => {
        end = resolve
      })
    })
    await new Promise(setImmediate)
    expect(open()).toEqual(['process slow'])
    instrumentation.disable()
    expect([open(), spans().map(({ name }) => name)]).toEqual([[], ['process slow']])
    end()
    runner.addTask(() => {})
    await runner.settled()
    expect([run.state, spans().length]).toEqual(['succeeded', 1])
    expect(await metric('backgrounder.task.running')).toBeUndefined()
  })

  it('keeps no runner that nobody else keeps, though its tasks never end', async () => {
    const { open, metric } = startSdk()
    const hang = () => {
      const runner = createRunner({ slowWarning: false })
      runner.addTask(function hangs() {
        return new Promise(() => {})
      })
      runner.track(new Promise(() => {}))
      return new WeakRef(runner)
    }
    const refs = [hang(), hang()]
    await until(() => open().length === 2)
    await until(() => {
      collectGarbage()
      return refs.every((ref) => ref.deref() === undefined)
    })
    expect((await metric('backgrounder.task.pending'))?.points[0]?.value).toBe(0)
  })

  it('hears of the end of what ran before it was enabled, and opens nothing', async () => {
    const runner = createRunner()
    let end = () => {}
    runner.addTask(function slow() {
      return new Promise<void>((resolve) => {
        end = resolve
      })
    })
    await new Promise(setImmediate)
    const { spans, open, metric } = startSdk()
    end()
    await runner.settled()
    expect([spans(), open()]).toEqual([[], []])
    expect((await metric('backgrounder.task.settled'))?.points[0]?.value).toBe(1)
    expect(await metric('backgrounder.task.duration')).toBeUndefined()
  })

  it('takes a configuration, and gives it back', () => {
    const instrumentation = new BackgrounderInstrumentation({ enabled: false, propagation: 'link' })
    expect(instrumentation.getConfig()).toEqual({ enabled: false, propagation: 'link' })
    instrumentation.setConfig({ propagation: 'none' })
    expect(instrumentation.getConfig()).toEqual({ enabled: true, propagation: 'none' })
  })

  it.each<[unknown, string]>([
    [
      { propagation: 'parent' },
      "Expected `propagation` to be 'child', 'link' or 'none', got `'parent'` (string)",
    ],
    [{ enabled: 1 }, 'Expected `enabled` to be true or false, got `1` (number)'],
    [{ propagate: true }, 'Unknown option `propagate` of BackgrounderInstrumentation'],
    ['link', 'Expected `the options of BackgrounderInstrumentation` to be an object'],
    [null, 'Expected `the options of BackgrounderInstrumentation` to be an object'],
  ])('refuses %j', (config, message) => {
    expect(() => new BackgrounderInstrumentation(config as never)).toThrow(message)
    const instrumentation = new BackgrounderInstrumentation({ enabled: false })
    expect(() => instrumentation.setConfig(config as never)).toThrow(TypeError)
    expect(subscribed()).toEqual([])
  })
})

describe('propagation of a task', () => {
  it.each([
    ['child', true, []],
    ['link', false, ['request']],
    ['none', false, []],
  ] as const)('%s', async (how, isChild, links) => {
    const { tracer, spans } = startSdk({ propagation: how })
    const runner = createRunner()
    await tracer.startActiveSpan('request', async (request) => {
      runner.addTask(function mail() {})
      request.end()
      await runner.settled()
      const own = spans()[1]
      expect(own?.parentSpanContext?.spanId === request.spanContext().spanId).toBe(isChild)
      expect(own?.spanContext().traceId === request.spanContext().traceId).toBe(isChild)
      expect(own?.links.map(({ context }) => context.spanId)).toEqual(
        links.map(() => request.spanContext().spanId),
      )
    })
  })

  it.each([
    ['child', 'ada'],
    ['link', 'ada'],
    ['none', undefined],
  ] as const)('%s: the baggage is %s, and all else of the context stays', async (how, tenant) => {
    const { tracer } = startSdk({ propagation: how })
    const runner = createRunner()
    const key = createContextKey('of the app')
    const baggage = propagation.createBaggage({ tenant: { value: 'ada' } })
    const outer = propagation.setBaggage(context.active().setValue(key, 'kept'), baggage)
    const request = tracer.startSpan('request')
    let seen: unknown
    context.with(trace.setSpan(outer, request), () => {
      runner.addTask(async function mail() {
        await null
        const own = propagation.getActiveBaggage()?.getEntry('tenant')?.value
        seen = [own, context.active().getValue(key), trace.getActiveSpan() === request]
      })
    })
    await runner.settled()
    expect(seen).toEqual([tenant, 'kept', false])
  })
})
