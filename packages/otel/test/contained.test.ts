import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { background, createRunner } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import {
  type DiagLogger,
  DiagLogLevel,
  diag,
  type MeterProvider,
  propagation,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'
import { core } from '@opentelemetry/sdk-node'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { line, startSdk } from './sdk.js'
import { until } from './until.js'

// What is uncaught fails the run of vitest: here it is listened to as well.

const quiet = { onError() {}, logger: { error() {} } }
let told: string[]
let uncaught: unknown[]

beforeEach(() => {
  told = []
  uncaught = []
  const no = () => {}
  const error: DiagLogger['error'] = (namespace, message, thrown) => {
    told.push(`${namespace}: ${message}: ${(thrown as Error | undefined)?.message}`)
  }
  const logger = { error, warn: no, info: no, debug: no, verbose: no }
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
  const others = process.listeners('uncaughtException')
  const hear = (thrown: unknown) => void uncaught.push(thrown)
  process.removeAllListeners('uncaughtException').on('uncaughtException', hear)
  return async () => {
    await new Promise(setImmediate)
    process.removeListener('uncaughtException', hear)
    for (const other of others) process.on('uncaughtException', other)
    diag.disable()
    expect(uncaught).toEqual([])
  }
})

const broken = (what: string) => () => {
  throw new Error(what)
}

function provider(tracer: Partial<Tracer>): TracerProvider {
  return { getTracer: () => tracer as Tracer }
}

async function run(): Promise<string> {
  const runner = createRunner(quiet)
  const task = runner.addTask(function mail() {
    throw new RangeError('no')
  })
  await runner.settled()
  return task.state
}

const ours = (what: string) => `@backgrounder/otel: ${what}`

describe('an SDK that throws is told to diag, and the task and the rest go on', () => {
  it('a tracer that starts no span', async () => {
    const { instrumentation, metric } = startSdk()
    instrumentation.setTracerProvider(provider({ startSpan: broken('no span') }))
    expect(await run()).toBe('failed')
    expect(told).toEqual([ours('The tracer has thrown: no span')])
    for (const what of ['accepted', 'settled', 'duration', 'queue.duration']) {
      expect((await metric(`backgrounder.task.${what}`))?.points, what).toHaveLength(1)
    }
  })

  it('a span that takes no exception: it ends all the same', async () => {
    const { instrumentation, tracer, spans, metric } = startSdk()
    const startSpan: Tracer['startSpan'] = (...args) =>
      Object.assign(tracer.startSpan(...args), { recordException: broken('no exception') })
    instrumentation.setTracerProvider(provider({ startSpan }))
    expect(await run()).toBe('failed')
    expect(told).toEqual([ours('The tracer has thrown: no exception')])
    expect(spans().map(line)).toEqual(['INTERNAL process mail #1 failed'])
    expect((await metric('backgrounder.task.duration'))?.points).toHaveLength(1)
  })

  it('a span that cannot be ended when all is disabled: the others end', async () => {
    const { instrumentation, tracer, spans } = startSdk()
    let started = 0
    const startSpan: Tracer['startSpan'] = (...args) => {
      started += 1
      const span = tracer.startSpan(...args)
      return started === 1 ? Object.assign(span, { end: broken('no end') }) : span
    }
    instrumentation.setTracerProvider(provider({ startSpan }))
    const runner = createRunner({ ...quiet, slowWarning: false })
    for (let index = 0; index < 2; index += 1) runner.addTask(() => new Promise(() => {}))
    await until(() => started === 2)
    instrumentation.disable()
    expect(told).toEqual([ours('The tracer has thrown: no end')])
    expect(spans()).toHaveLength(1)
  })

  it('a meter', async () => {
    const { instrumentation, spans } = startSdk()
    const instrument = () => ({ add: broken('no'), record: broken('no') })
    const gauge = () => ({ addCallback() {}, removeCallback() {} })
    const meter = {
      createCounter: instrument,
      createHistogram: instrument,
      createObservableUpDownCounter: gauge,
    }
    instrumentation.setMeterProvider({ getMeter: () => meter } as unknown as MeterProvider)
    expect(await run()).toBe('failed')
    // accepted, queue.duration, duration, settled
    expect(told).toEqual(Array(4).fill(ours('The meter has thrown: no')))
    expect(spans()).toHaveLength(1)
  })

  it('a propagator: what it had written before goes with the job, whose span is a root', async () => {
    const { spans } = startSdk()
    const own: TextMapPropagator = {
      inject(_context, carrier, { set }) {
        set(carrier, 'before', 'kept')
        throw new Error('no inject')
      },
      extract: broken('no extract'),
      fields: () => [],
    }
    propagation.disable()
    propagation.setGlobalPropagator(own)
    onTestFinished(() => {
      propagation.disable()
      propagation.setGlobalPropagator(
        new core.CompositePropagator({
          propagators: [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()],
        }),
      )
    })
    const engine = inMemoryEngine()
    const mail = background(() => {}, { name: 'mail' })
    await createRunner({ engine }).enqueue(mail)
    expect(engine.jobs[0]?.headers).toEqual({ before: 'kept' })
    const worker = await startWorker({ engine, tasks: [mail], ...quiet })
    await until(() => spans().length === 1)
    await worker.close()
    expect(spans().map(line)).toEqual(['CONSUMER process mail #1 succeeded'])
    expect([spans()[0]?.parentSpanContext, spans()[0]?.links]).toEqual([undefined, []])
    expect(told).toEqual([
      ours('A propagator has thrown: no inject'),
      ours('A propagator has thrown: no extract'),
    ])
  })
})

it('an event that another subscriber has spoiled is no error of the process', async () => {
  const spoil = (event: unknown) => {
    Object.assign(event as object, { headers: null })
  }
  subscribe('backgrounder.job.enqueue', spoil)
  onTestFinished(() => void unsubscribe('backgrounder.job.enqueue', spoil))
  const { tracer } = startSdk()
  const engine = inMemoryEngine()
  await tracer.startActiveSpan('request', async () => {
    await createRunner({ engine }).enqueue(background(() => {}, { name: 'mail' }))
  })
  expect(engine.jobs).toHaveLength(1)
  expect(told).toEqual([expect.stringContaining('A listener has thrown: ')])
})
