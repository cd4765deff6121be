import { background, createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { fakeResponse } from './fake-response.js'

type Take = (options: never) => unknown

const send = () => {}
const taskOptions: [string, Take][] = [
  ['background', (options) => background(send, options)],
  ['definition.with', (options) => background(send).with(options)],
  ['task.with', (options) => new Task(send).with(options)],
  ['tasks.with', (options) => new Tasks().with(options)],
  ['response.with', (options) => fakeResponse().tasks.with(options)],
]
const places: [string, Take][] = [
  ...taskOptions,
  ['new Tasks', (options) => new Tasks([], options)],
  ['createRunner', (options) => createRunner(options)],
]

const call = (take: Take, options: unknown) => () => take(options as never)

describe.each(places)('the options of %s', (_, take) => {
  it.each(['colour', 'retrys', 'constructor', 'toString', 'priority'])(
    'do not know `%s`',
    (key) => {
      expect(call(take, { [key]: 7 })).toThrow(TypeError)
      expect(call(take, { [key]: 7 })).toThrow(`Unknown option \`${key}\` of `)
      expect(call(take, { [key]: 7 })).toThrow(/: it takes \w+/)
      expect(call(take, { [key]: undefined })).toThrow(TypeError)
    },
  )

  it.each([
    ['true', true, '`true` (boolean)'],
    ['a text', 'group', "`'group'` (string)"],
    ['null', null, '`null` (null)'],
    ['an array', [], '`[]` (Array)'],
    ['a function', send, '`[Function: send]` (function)'],
  ])('are not %s', (_kind, options, got) => {
    expect(call(take, options)).toThrow(TypeError)
    expect(call(take, options)).toThrow(' to be an object, got ')
    expect(call(take, options)).toThrow(got)
  })

  it('may be empty', () => {
    expect(call(take, {})).not.toThrow()
  })
})

it('`true` as the options of new Tasks is shown how to ask for a group', () => {
  expect(call((options) => new Tasks([new Task(send)], options), true)).toThrow(
    'got `true` (boolean). The tasks are one list: new Tasks([a, b], { asGroup: true })',
  )
})

const time = 'to be a number of ms from 0 and up, Infinity or false, got'
const policies: [object, string][] = ['timeout', 'queueTimeout'].flatMap((key) =>
  [-1, -0.001, NaN, -Infinity, '50', true, null, {}, new Date(0)].map((value): [object, string] => [
    { [key]: value },
    `Expected \`${key}\` ${time}`,
  ]),
)
policies.push(
  ...[-1, 1.5, NaN, -Infinity, '3', true, false, null].map((retries): [object, string] => [
    { retries },
    'Expected `retries` to be a whole number from 0 and up, or an object of retry options, got',
  ]),
  [{ retries: [3] }, 'Expected `the options of retries` to be an object, got `[ 3 ]` (Array)'],
  [
    { retries: { times: 3 } },
    'Unknown option `times` of retries, got `3` (number): it takes attempts, delay',
  ],
  [
    { retries: { attempts: 0 } },
    'Expected `attempts` to be a whole number from 1 and up, or Infinity, got `0` (number)',
  ],
  ...[-1, 2.5, NaN, '3', null].map((attempts): [object, string] => [
    { retries: { attempts } },
    'Expected `attempts` to be a whole number',
  ]),
  ...[-1, NaN, Infinity, '3', false, null].map((delay): [object, string] => [
    { retries: { delay } },
    'Expected `delay` to be a finite number of ms from 0 and up, got',
  ]),
  ...[0, 0.5, -1, NaN, '2', null].map((factor): [object, string] => [
    { retries: { factor } },
    'Expected `factor` to be a number from 1 and up, got',
  ]),
  ...[-1, NaN, '3', false, null].map((maxDelay): [object, string] => [
    { retries: { maxDelay } },
    'Expected `maxDelay` to be a number of ms from 0 and up, got',
  ]),
  ...[0, 1, 'full', null].map((jitter): [object, string] => [
    { retries: { jitter } },
    'Expected `jitter` to be true or false, got',
  ]),
  ...[true, 'always', null, {}].map((retryIf): [object, string] => [
    { retries: { retryIf } },
    'Expected `retryIf` to be a function, got',
  ]),
)

describe.each(taskOptions)('a wrong value in the options of %s', (_, take) => {
  it.each<[object, string]>([
    [{ name: '' }, "Expected `name` to be a string that is not empty, got `''` (string)"],
    [{ name: 42 }, 'Expected `name` to be a string that is not empty, got `42` (number)'],
    [{ name: null }, 'got `null` (null)'],
    [{ when: 'never' }, "'always', 'sent', 'success' or a function of the outcome, got `'never'`"],
    [{ when: true }, 'got `true` (boolean)'],
    [{ when: null }, 'got `null` (null)'],
    ...policies,
    [
      { signal: null },
      'Expected `signal` to be an AbortSignal, such as controller.signal, got `null` (null)',
    ],
    [
      { signal: new AbortController() },
      'to be an AbortSignal, such as controller.signal, got `AbortController',
    ],
    [
      { signal: new EventTarget() },
      'to be an AbortSignal, such as controller.signal, got `EventTarget {}` (EventTarget)',
    ],
    [{ signal: 'stop' }, "got `'stop'` (string)"],
    [
      { signal: { aborted: false } },
      'to be an AbortSignal, such as controller.signal, got `{ aborted: false }` (Object)',
    ],
    [
      { signal: { aborted: false, addEventListener() {} } },
      'to be an AbortSignal, such as controller.signal, got',
    ],
    [
      { signal: { aborted: false, removeEventListener() {} } },
      'to be an AbortSignal, such as controller.signal, got',
    ],
  ])('is refused: %j', (options, message) => {
    expect(call(take, options)).toThrow(TypeError)
    expect(call(take, options)).toThrow(message)
  })
})

describe('a wrong value in the options of new Tasks', () => {
  it.each([0, -1, 1.5, NaN, -Infinity, '3', null, true])('is refused: concurrency %s', (value) => {
    const options = { asGroup: true, concurrency: value }
    expect(call((given) => new Tasks([], given), options)).toThrow(TypeError)
    expect(call((given) => new Tasks([], given), options)).toThrow(
      `Expected \`concurrency\` to be a whole number from 1 and up, or Infinity, got \``,
    )
  })

  it.each([
    [{ asGroup: 1 }, 'Expected `asGroup` to be true or false, got `1` (number)'],
    [{ asGroup: 'yes' }, "Expected `asGroup` to be true or false, got `'yes'` (string)"],
    [{ onFailure: 'ignore' }, "to be 'stop' or 'continue', got `'ignore'` (string)"],
  ])('is refused: %j', (options, message) => {
    expect(call((given) => new Tasks([], given), options)).toThrow(
      new TypeError(message, {}).message,
    )
  })

  it.each([1, 5, Infinity, undefined])('is not concurrency %s', (concurrency) => {
    expect(new Tasks([], { concurrency }).concurrency).toBe(concurrency ?? Infinity)
  })
})

describe('a wrong value of asGroup', () => {
  it.each([
    ['a Tasks', () => new Tasks()],
    ['a response', () => fakeResponse().tasks],
  ])('is refused where it is set on %s', (_, make) => {
    const tasks: { asGroup: boolean } = make()
    expect(() => {
      tasks.asGroup = 'yes' as never
    }).toThrow(new TypeError("Expected `asGroup` to be true or false, got `'yes'` (string)"))
    expect(tasks.asGroup).toBe(false)
  })
})

describe('a wrong value in the options of createRunner', () => {
  it.each<[object, string]>([
    [{ when: 'later' }, "got `'later'` (string)"],
    [{ asGroup: 'no' }, "Expected `asGroup` to be true or false, got `'no'` (string)"],
    [{ onFailure: true }, "Expected `onFailure` to be 'stop' or 'continue', got `true` (boolean)"],
    [{ onError: 'log' }, "Expected `onError` to be a function, got `'log'` (string)"],
    [
      { logger: {} },
      'Expected `logger` to be an object with a function `error`, got `{}` (Object)',
    ],
    [{ logger: null }, 'got `null` (null)'],
    [{ drainTimeout: -1 }, 'Expected `drainTimeout` to be a number of ms from 0 and up, Infinity'],
    [{ drainTimeout: NaN }, 'got `NaN` (number)'],
    [{ drainTimeout: true }, 'got `true` (boolean)'],
    ...policies,
    ...['slowWarning', 'blockedWarning', 'drainTimeout'].flatMap((key) =>
      [-1, NaN, '30', true, null].map((value): [object, string] => [
        { [key]: value },
        `Expected \`${key}\` ${time}`,
      ]),
    ),
    ...['concurrency', 'maxPending'].flatMap((key) =>
      [0, -1, 1.5, NaN, -Infinity, '3', null, true, false].map((value): [object, string] => [
        { [key]: value },
        `Expected \`${key}\` to be a whole number from 1 and up, or Infinity, got`,
      ]),
    ),
    ...['around', 'waitUntil'].flatMap((key) =>
      [true, false, null, 'wrap', {}].map((value): [object, string] => [
        { [key]: value },
        `Expected \`${key}\` to be a function, got`,
      ]),
    ),
    ...[1, 'yes', null, () => {}].map((asyncContext): [object, string] => [
      { asyncContext },
      'Expected `asyncContext` to be true or false, got',
    ]),
    [{ signal: new AbortController().signal }, 'Unknown option `signal`'],
  ])('is refused: %j', (options, message) => {
    expect(call(createRunner, options)).toThrow(TypeError)
    expect(call(createRunner, options)).toThrow(message)
  })
})

describe('the options of drain', () => {
  it.each<[unknown, string]>([
    [{ timeout: -1 }, 'a number of ms from 0 and up, Infinity or false, got `-1` (number)'],
    [{ timeout: NaN }, 'got `NaN` (number)'],
    [{ timeout: '5' }, "got `'5'` (string)"],
    [{ timeout: true }, 'got `true` (boolean)'],
    [{ time: 5 }, 'Unknown option `time` of drain, got `5` (number): it takes timeout, server'],
    [
      { server: null },
      'to be a server of node:http, as app.listen() of Express and Koa returns it',
    ],
    [{ server: {} }, 'Expected `server` to be a server of node:http'],
    [{ server: { close() {} } }, 'Expected `server` to be a server of node:http'],
    [5, 'Expected `the options of drain` to be an object, got `5` (number)'],
  ])('are refused: %j', async (options, message) => {
    const drained = createRunner().drain(options as never)
    await expect(drained).rejects.toThrow(TypeError)
    await expect(createRunner().drain(options as never)).rejects.toThrow(message)
  })
})

describe('an option that is undefined', () => {
  it.each(taskOptions)('counts as not given: %s', (_, take) => {
    const options = { timeout: undefined, retries: undefined, signal: undefined }
    expect(call(take, options)).not.toThrow()
  })

  it('leaves the default of createRunner', () => {
    const given = Object.keys(createRunner().options).map((key) => [key, undefined])
    const { onError: _made, ...options } = createRunner(Object.fromEntries(given)).options
    const { onError: _default, ...defaults } = createRunner().options
    expect(options).toEqual(defaults)
    expect(defaults).toEqual({
      when: 'always',
      asGroup: false,
      onFailure: 'continue',
      concurrency: Infinity,
      maxPending: 100_000,
      timeout: false,
      queueTimeout: false,
      retries: 0,
      around: undefined,
      asyncContext: false,
      waitUntil: undefined,
      slowWarning: 30_000,
      blockedWarning: 100,
      drainTimeout: 20_000,
      logger: console,
    })
  })
})

interface Optioned {
  readonly options: object
}

describe('what an option object becomes after it was taken', () => {
  it.each([
    ['with', (options: object) => fakeResponse().tasks.with(options)],
    ['a runner', (options: object) => createRunner(options)],
    ['a definition', (options: object) => background(send, options)],
  ])('changes nothing: %s', (_, take) => {
    const retries: { attempts: number } = { attempts: 1 }
    const options: { timeout: number; retries: { attempts: number }; name?: string } = {
      timeout: 1000,
      retries,
    }
    const taken = take(options)
    options.timeout = NaN
    retries.attempts = -1
    const kept =
      'options' in taken ? taken.options : (taken.addTask(send) as object as Optioned).options
    expect(kept).toMatchObject({ timeout: 1000, retries: { attempts: 1 } })
  })
})
