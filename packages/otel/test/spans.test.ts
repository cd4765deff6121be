import { createRunner, type RunnerOptions, Task, Tasks } from '@backgrounder/core'
import { context, trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { line, startSdk } from './sdk.js'

const quiet: RunnerOptions = { onError() {}, logger: { error() {} } }
const hang = () => new Promise<void>(() => {})

function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

describe('a span', () => {
  it('is a child of the span in which its task was added, and its own is active in the function', async () => {
    const { tracer, spans, open } = startSdk()
    const runner = createRunner()
    let active: unknown
    const request = tracer.startSpan('GET /signup')
    context.with(trace.setSpan(context.active(), request), () => {
      runner.addTask(async function mail() {
        await null
        active = trace.getActiveSpan()
        tracer.startSpan('inner').end()
      })
    })
    request.end() // it is not held open
    await runner.settled()
    const [, inner, own] = spans()
    expect(spans().map(({ name }) => name)).toEqual(['GET /signup', 'inner', 'process mail'])
    expect(own?.parentSpanContext?.spanId).toBe(request.spanContext().spanId)
    expect(own?.spanContext().traceId).toBe(request.spanContext().traceId)
    expect(inner?.parentSpanContext?.spanId).toBe(own?.spanContext().spanId)
    expect(active).toMatchObject({ name: 'process mail' })
    expect(open()).toEqual([])
  })

  it('is a root where no span was active', async () => {
    const { spans } = startSdk()
    const runner = createRunner()
    runner.addTask(function sweep() {})
    await runner.settled()
    expect(spans()[0]?.parentSpanContext).toBeUndefined()
    expect(trace.getActiveSpan()).toBeUndefined()
  })

  it('has the id, the name, the attempt and the outcome', async () => {
    const { spans } = startSdk()
    const runner = createRunner()
    const run = runner.addTask(function mail() {})
    await runner.settled()
    expect(spans()[0]?.attributes).toEqual({
      'backgrounder.task.id': run.id,
      'backgrounder.task.name': 'mail',
      'backgrounder.task.attempt': 1,
      'backgrounder.task.outcome': 'succeeded',
    })
    expect(spans().map(line)).toEqual(['INTERNAL process mail #1 succeeded'])
  })

  it('is there for each attempt: what failed, and what succeeded then', async () => {
    const { spans } = startSdk()
    const runner = createRunner({ ...quiet, retries: { attempts: 3, delay: 1 } })
    let tries = 0
    runner.addTask(async function send() {
      tries += 1
      await null
      if (tries < 3) throw Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' })
    })
    await runner.settled()
    expect(spans().map(line)).toEqual([
      'INTERNAL process send #1 retried ERROR EHOSTUNREACH, exception no route',
      'INTERNAL process send #2 retried ERROR EHOSTUNREACH, exception no route',
      'INTERNAL process send #3 succeeded',
    ])
  })

  it.each<[string, unknown, string]>([
    ['an error', new RangeError('too far'), 'RangeError, exception too far'],
    ['a text', 'no', 'string, exception no'],
    ['nothing', undefined, 'undefined, exception undefined'],
    ['an object', { a: 1 }, '_OTHER, exception [object Object]'],
    [
      'a hostile proxy',
      new Proxy({}, { get: () => Promise.reject, getPrototypeOf: () => null }),
      '_OTHER, exception (an error that cannot be printed)',
    ],
  ])('has what was thrown: %s', async (_, error, end) => {
    const { spans } = startSdk()
    const runner = createRunner(quiet)
    runner.addTask(function send() {
      throw error
    })
    await runner.settled()
    expect(spans().map(line)).toEqual([`INTERNAL process send #1 failed ERROR ${end}`])
  })

  it('of what is out of time ends then, though the function goes on', async () => {
    const { spans, open } = startSdk()
    const runner = createRunner(quiet)
    const { opened, open: end } = gate()
    const slow = new Task(function slow() {
      return opened
    })
    const run = runner.addTask(slow.with({ timeout: 5 }))
    await run.done.catch(() => {})
    expect(spans().map(line)).toEqual([
      'INTERNAL process slow #1 timedOut ERROR BG_TIMEOUT, exception Task slow timed out: not ended after 5 ms (timeout)',
    ])
    expect([runner.stats.overdue, open()]).toEqual([1, []])
    end()
    await runner.settled()
    expect(spans()).toHaveLength(1)
  })

  it('of an attempt that is out of time is followed by that of the next', async () => {
    const { spans } = startSdk()
    const runner = createRunner({ ...quiet, timeout: 5, retries: { attempts: 2, delay: 0 } })
    let tries = 0
    runner.addTask(async function slow() {
      tries += 1
      if (tries === 1) await new Promise((resolve) => setTimeout(resolve, 20))
    })
    await runner.settled()
    expect(spans().map((span) => line(span).split(',')[0])).toEqual([
      'INTERNAL process slow #1 timedOut ERROR BG_TIMEOUT',
      'INTERNAL process slow #2 succeeded',
    ])
  })

  it('of what is cancelled ends with it, and is no error; without a start there is none', async () => {
    const { spans, open } = startSdk()
    const runner = createRunner({ ...quiet, concurrency: 1 })
    const { opened, open: end } = gate()
    const running = runner.addTask(function running() {
      return opened
    })
    const waiting = runner.addTask(function waiting() {})
    await new Promise(setImmediate)
    waiting.cancel()
    running.cancel()
    expect(open()).toEqual(['process running'])
    end()
    await runner.settled()
    expect(spans().map(line)).toEqual(['INTERNAL process running #1 cancelled'])
  })

  it('of what a drain abandons ends with it', async () => {
    const { spans, open } = startSdk()
    const runner = createRunner({ ...quiet, concurrency: 1 })
    runner.addTask(hang)
    runner.addTask(hang)
    await new Promise(setImmediate)
    await runner.drain({ timeout: 5 })
    expect(spans().map((span) => line(span).split(',')[0])).toEqual([
      'INTERNAL process hang #1 abandoned ERROR BG_ABANDONED',
    ])
    expect(open()).toEqual([])
  })

  it('is one for a Tasks, and what stands in it is inside', async () => {
    const { tracer, spans } = startSdk()
    const runner = createRunner()
    const inner = (name: string) =>
      new Task(async () => {
        await null
        tracer.startSpan(name).end()
      })
    const list = new Tasks([inner('a'), new Tasks([inner('b'), inner('c')], { asGroup: true })])
    runner.addTask(list)
    await runner.settled()
    const own = spans().at(-1)
    expect(own?.name).toMatch(/^process /)
    expect(spans().map(({ name }) => name)).toEqual(['a', 'b', 'c', own?.name])
    for (const span of spans().slice(0, 3)) {
      expect(span.parentSpanContext?.spanId).toBe(own?.spanContext().spanId)
    }
  })

  it('has a name without the request, where the function has none', async () => {
    const { spans } = startSdk()
    const runner = createRunner()
    runner.addTask(() => {})
    await runner.settled()
    expect(spans()[0]?.name).toBe('process (anonymous)')
  })
})
