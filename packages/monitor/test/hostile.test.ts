import { expect, it } from 'vitest'
import { errorText } from '../src/error-text.js'
import { ask, Events } from './events.js'
import { start } from './places.js'

const wild = '\u001b[31mred\u0000\r\n\u202eturned\ud800half'

it('names, errors and paths are cut, and nothing invisible is in them', async () => {
  const { url, origin, runner } = await start({ task: () => new Promise(() => {}) })
  const events = new Events(`${url}events`)
  const fail = (name: string, error: unknown) => {
    const task = { [name]: () => Promise.reject(error) }[name] as () => Promise<never>
    runner.addTask(task)
  }
  fail(wild, new Error(wild))
  fail('n'.repeat(1_000_000), new Error('m'.repeat(1_000_000)))
  await ask(`${origin}/${'p'.repeat(4_000)}?q=secret`)
  await ask(`${origin}/short?q=secret`)
  await expect.poll(() => events.last('names')).toHaveLength(2)
  const [first, second] = events.last('names').map(({ name }: { name: string }) => name)
  expect(first).toBe('\\u001b[31mred\\u0000\\u000d\\n\\u202eturned\ufffdhalf')
  expect(second).toHaveLength(200)
  await expect
    .poll(() => events.last('runs')?.rows.some((row: { request: string }) => row.request))
    .toBe(true)
  const text = JSON.stringify(events.all)
  expect(text).not.toContain('secret')
  expect(text.length).toBeLessThan(50_000)
})

it('whatever is thrown is shown, or said to be what cannot be', async () => {
  const { url, runner } = await start()
  const events = new Events(`${url}events`)
  const trap = () => {
    throw new Error('a trap')
  }
  const thrown: unknown[] = [
    undefined,
    null,
    'a text',
    42n,
    Symbol('a symbol'),
    () => {},
    Object.create(null),
    new Proxy(new Error('hidden'), { get: trap, getPrototypeOf: trap, has: trap, ownKeys: trap }),
    Object.defineProperty(new Error('no stack'), 'stack', { get: trap }),
    Object.assign(new Error('message'), { code: 'E_CODE', cause: new TypeError('why') }),
    new AggregateError([new Error('one'), new Error('two')], 'both'),
  ]
  const cyclic = new Error('cyclic')
  cyclic.cause = cyclic
  thrown.push(cyclic)
  for (const error of thrown) {
    runner.addTask(function fail() {
      return Promise.reject(error)
    })
  }
  const failures = () =>
    [...events.of('full'), ...events.of('changes')].flatMap((one) => one.failures ?? [])
  await expect.poll(() => failures().length).toBe(thrown.length)
  expect(failures().map(({ title }) => title)).toEqual([
    '(undefined) undefined',
    '(null) null',
    '(string) a text',
    '(bigint) 42',
    '(symbol) Symbol(a symbol)',
    '(function) function',
    'Error',
    'Error',
    'Error: no stack',
    'Error: message [E_CODE]',
    'AggregateError: both',
    'Error: cyclic',
  ])
  expect(failures()[9].stack).toMatch(/Error: message[\s\S]+caused by TypeError: why/)
  expect(failures()[10].stack).toMatch(/with Error: one[\s\S]+with Error: two/)
})

it('no more is read of an error among its own errors than is shown', () => {
  let reads = 0
  const error = Object.assign(new AggregateError([], 'again'), { stack: 's'.repeat(3_000) })
  const get = () => {
    reads += 1
    return Array.from({ length: 5 }, () => error)
  }
  Object.defineProperty(error, 'errors', { get })
  error.cause = error
  expect(errorText(error).stack).toHaveLength(8_000)
  expect(reads).toBeLessThan(5)
})
