import { AsyncLocalStorage } from 'node:async_hooks'
import { background, createRunner, type EnqueueEvent } from '@backgrounder/core'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { describe, expect, it } from 'vitest'
import { listen, published } from './channels.js'
import { fakeResponse } from './fake-response.js'

const mail = background((_to: string) => {}, { name: 'mail', durable: true })

/** A subscriber that gives each job these headers. */
function give(headers: Record<string, unknown>): void {
  listen<EnqueueEvent>('job.enqueue', (event) => void Object.assign(event.headers, headers))
}

describe('the channel backgrounder.job.enqueue', () => {
  it('has each job that is made, once, and what it adds to the headers goes with it', async () => {
    const engine = inMemoryEngine()
    const { tasks, runner } = fakeResponse({ engine })
    const events = published<EnqueueEvent>('job.enqueue')
    give({ traceparent: 'a', städte: '🐢' })
    await tasks.enqueue(mail, 'a@b.c')
    await runner.enqueue(mail, 'd@e.f')
    const headers = { traceparent: 'a', städte: '🐢' }
    expect(events).toEqual([
      { name: 'mail', headers },
      { name: 'mail', headers },
    ])
    expect(engine.jobs.map((job) => job.headers)).toEqual([headers, headers])
  })

  it('has what a drain hands over, in the async context of whoever added it', async () => {
    const engine = inMemoryEngine()
    const { tasks, runner } = fakeResponse({ engine, logger: { error() {} } })
    const storage = new AsyncLocalStorage<string>()
    const heard: unknown[] = []
    listen<EnqueueEvent>('job.enqueue', ({ name, headers }) => {
      heard.push([name, storage.getStore()])
      headers.from = String(storage.getStore())
    })
    storage.run('the request', () => tasks.addTask(mail, 'a@b.c'))
    expect(heard).toEqual([]) // it is a job only then
    await runner.drain({ timeout: 10 })
    expect(heard).toEqual([['mail', 'the request']])
    expect(engine.jobs[0]?.headers).toEqual({ from: 'the request' })
  })

  it('has nothing of what is refused', async () => {
    const runner = createRunner({ engine: inMemoryEngine() })
    const events = published('job.enqueue')
    await expect(runner.enqueue(mail, (() => {}) as never)).rejects.toThrow(TypeError)
    expect(events).toEqual([])
  })

  it('leaves a job without headers where nobody adds any', async () => {
    const engine = inMemoryEngine()
    const runner = createRunner({ engine })
    await runner.enqueue(mail, 'a@b.c')
    published('job.enqueue')
    await runner.enqueue(mail, 'd@e.f')
    expect(engine.jobs.map((job) => job.headers)).toEqual([undefined, undefined])
  })
})

describe('headers', () => {
  it('are a copy: what is changed later is not what was stored', async () => {
    const engine = inMemoryEngine()
    const events = published<EnqueueEvent>('job.enqueue')
    give({ a: '1' })
    await createRunner({ engine }).enqueue(mail, 'a@b.c')
    for (const { headers } of events) headers.a = '2'
    expect(engine.jobs[0]?.headers).toEqual({ a: '1' })
    expect(Object.isFrozen(engine.jobs[0]?.headers)).toBe(true)
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['a number', { a: 1 }, 'Expected `headers["a"]` to be a string, got `1` (number)'],
    ['nothing', { a: undefined }, 'Expected `headers["a"]` to be a string, got `undefined`'],
    ['a NUL', { a: '\0' }, 'headers["a"] has a NUL character'],
    ['half a pair', { '\ud800': 'a' }, 'has half of a surrogate pair'],
    ['8,193 bytes', { ä: 'a'.repeat(8_191) }, '8192 bytes at most, got 8193'],
  ])('that are %s are refused, and nothing is stored', async (_, headers, message) => {
    const engine = inMemoryEngine()
    give(headers)
    const stored = createRunner({ engine }).enqueue(mail, 'a@b.c')
    await expect(stored).rejects.toThrow(message)
    await expect(stored).rejects.toThrow(TypeError)
    expect(engine.jobs).toEqual([])
  })

  it('of 8,192 bytes are taken', async () => {
    const engine = inMemoryEngine()
    give({ ä: 'a'.repeat(8_190) })
    await createRunner({ engine }).enqueue(mail, 'a@b.c')
    expect(engine.jobs).toHaveLength(1)
  })
})
