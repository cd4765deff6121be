import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { background, createRunner, type EnqueueEvent, type Runner } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { context, propagation, SpanKind, type TextMapPropagator, trace } from '@opentelemetry/api'
import { core, type tracing } from '@opentelemetry/sdk-node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { line, type Sdk, startSdk } from './sdk.js'
import { until } from './until.js'

type ReadableSpan = tracing.ReadableSpan

const quiet = { onError() {}, logger: { error() {} } }

/** Enqueues a job inside of a span, and runs it in a worker that was started inside of another one. */
async function runJob({ tracer, spans }: Sdk, runs = 1) {
  const engine = inMemoryEngine()
  const runner = createRunner({ engine })
  let tries = 0
  let seen: string | undefined
  const mail = background(
    async () => {
      await null
      seen = propagation.getActiveBaggage()?.getEntry('tenant')?.value
      tracer.startSpan('inner').end()
      tries += 1
      if (tries < runs) throw new Error('421')
    },
    { name: 'mail', retries: { attempts: runs, delay: 1 } },
  )
  const request = tracer.startSpan('request')
  const baggage = propagation.createBaggage({ tenant: { value: 'ada' } })
  const inRequest = propagation.setBaggage(trace.setSpan(context.active(), request), baggage)
  await context.with(inRequest, () => runner.enqueue(mail))
  request.end()
  const startup = tracer.startSpan('startup')
  const worker = await context.with(trace.setSpan(context.active(), startup), () =>
    startWorker({ engine, tasks: [mail], ...quiet }),
  )
  onTestFinished(async () => void (await worker.close()))
  startup.end()
  await until(() => spans().filter(({ name }) => name === 'process mail').length === runs)
  const jobs = spans().filter(({ name }) => name === 'process mail')
  return { request: request.spanContext(), jobs, job: jobs[0] as ReadableSpan, engine, seen }
}

/** As the propagator of the process, until the test has ended. */
function propagateBy(propagator: TextMapPropagator): void {
  const set = (own: TextMapPropagator) => {
    propagation.disable()
    propagation.setGlobalPropagator(own)
  }
  set(propagator)
  onTestFinished(() => set(both('tracecontext', 'baggage')))
}

const propagators = {
  tracecontext: new core.W3CTraceContextPropagator(),
  baggage: new core.W3CBaggagePropagator(),
}

function both(...names: (keyof typeof propagators)[]): TextMapPropagator {
  return new core.CompositePropagator({ propagators: names.map((name) => propagators[name]) })
}

describe('a job', () => {
  it('is a trace of its own, with a link to where it was enqueued', async () => {
    const sdk = startSdk()
    const { request, job, seen } = await runJob(sdk)
    expect(job.kind).toBe(SpanKind.CONSUMER)
    expect(job.parentSpanContext).toBeUndefined()
    expect(job.spanContext().traceId).not.toBe(request.traceId)
    expect(job.links.map((link) => link.context)).toEqual([
      { ...request, isRemote: true, traceState: undefined },
    ])
    const inner = sdk.spans().find(({ name }) => name === 'inner')
    expect(inner?.parentSpanContext?.spanId).toBe(job.spanContext().spanId)
    expect(seen).toBe('ada')
    expect(sdk.open()).toEqual([])
  })

  it('has a span for each delivery', async () => {
    const { jobs, request } = await runJob(startSdk(), 2)
    expect(jobs.map(line)).toEqual([
      'CONSUMER process mail #1 retried ERROR Error, exception 421',
      'CONSUMER process mail #2 succeeded',
    ])
    for (const { links } of jobs) expect(links[0]?.context.spanId).toBe(request.spanId)
  })

  it("is a child of where it was enqueued with propagation: 'child'", async () => {
    const { request, job } = await runJob(startSdk({ propagation: 'child' }))
    expect(job.spanContext().traceId).toBe(request.traceId)
    expect(job.parentSpanContext).toMatchObject({ spanId: request.spanId, isRemote: true })
    expect(job.links).toEqual([])
  })

  it("knows nothing of it with propagation: 'none', and its job carries nothing", async () => {
    const { job, engine, seen } = await runJob(startSdk({ propagation: 'none' }))
    expect([job.parentSpanContext, job.links]).toEqual([undefined, []])
    expect(engine.jobs[0]?.headers).toBeUndefined()
    expect(seen).toBeUndefined()
  })

  it('that was enqueued outside of any span is a root without a link', async () => {
    const { spans } = startSdk()
    const engine = inMemoryEngine()
    const mail = background(() => {}, { name: 'mail' })
    await createRunner({ engine }).enqueue(mail)
    expect(engine.jobs[0]?.headers).toBeUndefined()
    const worker = await startWorker({ engine, tasks: [mail] })
    await until(() => spans().length === 1)
    await worker.close()
    expect([spans()[0]?.parentSpanContext, spans()[0]?.links]).toEqual([undefined, []])
  })

  it('that a drain has handed over has a link to the request that added its task', async () => {
    const { tracer, spans } = startSdk()
    const engine = inMemoryEngine()
    const mail = background(() => {}, { name: 'mail', durable: true })
    const runner: Runner = createRunner({ engine, concurrency: 1, ...quiet })
    runner.addTask(() => new Promise(() => {}))
    const request = tracer.startSpan('request')
    context.with(trace.setSpan(context.active(), request), () => runner.addTask(mail))
    request.end()
    await runner.drain({ timeout: 10 })
    const worker = await startWorker({ engine, tasks: [mail] })
    await until(() => spans().some(({ name }) => name === 'process mail'))
    await worker.close()
    const job = spans().find(({ name }) => name === 'process mail')
    expect(job?.links.map((link) => link.context.spanId)).toEqual([request.spanContext().spanId])
  })
})

describe('what a job carries', () => {
  const enqueue = async (baggage: Record<string, string>) => {
    const { tracer } = startSdk()
    const engine = inMemoryEngine()
    const entries = Object.entries(baggage).map(([key, value]) => [key, { value }] as const)
    const request = trace.setSpan(context.active(), tracer.startSpan('request'))
    const all = propagation.setBaggage(
      request,
      propagation.createBaggage(Object.fromEntries(entries)),
    )
    const mail = background(() => {}, { name: 'mail' })
    await context.with(all, () => createRunner({ engine }).enqueue(mail))
    return Object.keys(engine.jobs[0]?.headers ?? {})
  }

  it('is traceparent, and the baggage', async () => {
    expect(await enqueue({ tenant: 'ada' })).toEqual(['traceparent', 'baggage'])
  })

  it('is no more than 4,096 bytes: a baggage that a client has made large is left out', async () => {
    const large = { a: 'x'.repeat(2_500), b: 'y'.repeat(2_500) }
    expect(await enqueue(large)).toEqual(['traceparent'])
  })

  it('has the link first, whatever the order of the propagators', async () => {
    propagateBy(both('baggage', 'tracecontext'))
    expect(await enqueue({ tenant: 'ada' })).toEqual(['traceparent', 'baggage'])
    // It would fit alone, with the name of its header.
    expect(await enqueue({ a: 'x'.repeat(4_050) })).toEqual(['traceparent'])
  })

  it('has nothing that a store would not take, of whatever propagator', async () => {
    const own: TextMapPropagator = {
      inject(_context, carrier, { set }) {
        set(carrier, 'nul', 'a\0b')
        set(carrier, 'half', '\ud800')
        set(carrier, 'number', 7 as never)
        set(carrier, 'kept', 'ä')
      },
      extract: (context) => context,
      fields: () => [],
    }
    propagateBy(own)
    expect(await enqueue({})).toEqual(['kept'])
  })

  it('leaves what another subscriber has put there', async () => {
    const { tracer } = startSdk()
    const give = (event: unknown) => {
      ;(event as EnqueueEvent).headers.tenant = 'ada'
    }
    subscribe('backgrounder.job.enqueue', give)
    onTestFinished(() => void unsubscribe('backgrounder.job.enqueue', give))
    const engine = inMemoryEngine()
    const mail = background(() => {}, { name: 'mail' })
    await context.with(trace.setSpan(context.active(), tracer.startSpan('request')), () =>
      createRunner({ engine }).enqueue(mail),
    )
    expect(Object.keys(engine.jobs[0]?.headers ?? {}).sort()).toEqual(['tenant', 'traceparent'])
  })
})
