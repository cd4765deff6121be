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
      expect(call(take, { [key]: 7 })).toThrow(`Unknown option \`${key}\` (\`7\`) of `)
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

describe.each(taskOptions)('a wrong value in the options of %s', (_, take) => {
  it.each<[object, string]>([
    [{ name: '' }, "Expected `name` to be a string that is not empty, got `''` (string)"],
    [{ name: 42 }, 'Expected `name` to be a string that is not empty, got `42` (number)'],
    [{ name: null }, 'got `null` (null)'],
    [{ when: 'never' }, "'always', 'sent', 'success' or a function of the outcome, got `'never'`"],
    [{ when: true }, 'got `true` (boolean)'],
    [{ when: null }, 'got `null` (null)'],
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
    [{ time: 5 }, 'Unknown option `time` (`5`) of drain: it takes timeout'],
    [5, 'Expected `the options of drain` to be an object, got `5` (number)'],
  ])('are refused: %j', async (options, message) => {
    const drained = createRunner().drain(options as never)
    await expect(drained).rejects.toThrow(TypeError)
    await expect(createRunner().drain(options as never)).rejects.toThrow(message)
  })
})
