import { AsyncLocalStorage } from 'node:async_hooks'
import { background, createRunner, type EnqueueEvent } from '@backgrounder/core'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
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

  it('of 8,192 bytes are taken', async () => {
    const engine = inMemoryEngine()
    give({ ä: 'a'.repeat(8_190) })
    await createRunner({ engine }).enqueue(mail, 'a@b.c')
    expect(engine.jobs).toHaveLength(1)
  })
})

describe('headers that cannot be stored', () => {
  /** A subscriber that does so, in a copy of core that has told of none yet; and what it has told. */
  async function freshCore(spoil: (event: EnqueueEvent) => void) {
    vi.resetModules()
    const core = await import('@backgrounder/core')
    const warned: unknown[] = []
    const spy = vi.spyOn(process, 'emitWarning').mockImplementation((message, options) => {
      warned.push([(options as { code: string }).code, message])
    })
    onTestFinished(() => spy.mockRestore())
    listen('job.enqueue', spoil)
    return { core, warned, mail: core.background(() => {}, { name: 'mail', durable: true }) }
  }

  const has = (headers: object) => (event: EnqueueEvent) => {
    Object.assign(event.headers, { kept: 'no' }, headers)
  }
  const is = (headers: unknown) => (event: EnqueueEvent) => {
    Object.assign(event, { headers })
  }
  const throws = (error: unknown) => (event: EnqueueEvent) => {
    const get = () => {
      throw error
    }
    Object.defineProperty(event.headers, 'a', { enumerable: true, get })
  }
  const hostile = new Proxy(new Error('no'), {
    get() {
      throw new Error('nor this')
    },
  })

  it.each<[string, (event: EnqueueEvent) => void, string]>([
    ['a number', has({ a: 1 }), 'Expected `headers["a"]` to be a string, got `1` (number)'],
    ['nothing', has({ a: undefined }), 'Expected `headers["a"]` to be a string, got `undefined`'],
    ['a NUL', has({ a: '\0' }), 'headers["a"] has a NUL character'],
    ['half a pair', has({ '\ud800': 'a' }), 'has half of a surrogate pair'],
    ['8,193 bytes', has({ ä: 'a'.repeat(8_185) }), '8192 bytes at most, got 8193'],
    ['a long name', has({ ['x'.repeat(300)]: 1 }), 'x…'],
    ['null in their place', is(null), 'Expected `headers` to be an object, got `null` (null)'],
    [
      'a text in their place',
      is('abc'),
      "Expected `headers` to be an object, got `'abc'` (string)",
    ],
    ['a getter that throws', throws(new Error('line\nbreak')), 'line\\nbreak'],
    ['a getter that throws what cannot be read', throws(hostile), 'enqueue has given it: '],
  ])(
    '%s: the job is stored without any, enqueued or handed over, and it is said once',
    async (_, spoil, text) => {
      const { core, warned, mail: ours } = await freshCore(spoil)
      const engine = inMemoryEngine()
      const runner = core.createRunner({ engine, concurrency: 1, logger: { error() {} } })
      runner.addTask(() => new Promise(() => {}))
      const run = runner.addTask(ours)
      expect(await runner.drain({ timeout: 10 })).toMatchObject({ handedOff: 1 })
      expect(run.state).toBe('handedOff')
      await runner.enqueue(ours)
      expect(engine.jobs.map((job) => [job.name, job.headers])).toEqual([
        ['mail', undefined],
        ['mail', undefined],
      ])
      expect(warned).toEqual([['BG_HEADERS', expect.stringContaining(text)]])
      const [[, message]] = warned as [[string, string]]
      expect(message).toMatch(/^Job mail is stored without its headers, [^\n]{1,300}$/)
    },
  )
})
