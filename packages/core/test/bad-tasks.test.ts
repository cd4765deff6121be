import { background, createRunner, Task, Tasks } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { fakeResponse } from './fake-response.js'

type Add = (func: (...args: never[]) => unknown, ...args: unknown[]) => unknown

/** Whatever is wrong on purpose: the types would refuse it too. */
const wrong = (value: unknown) => value as () => void

const mend = 'Pass the function and not its result: addTask(() => send(to)) or addTask(send, to)'
const send = (_to?: string) => {}
const task = new Task(send, 'a@b.c')

// Every place that takes a function with its arguments, a Task, a Tasks or a definition.
describe.each<[string, Add]>([
  ['new Task', (func, ...args) => new Task(func as never, ...(args as [])).func],
  ['tasks.addTask', (func, ...args) => new Tasks().addTask(func, ...(args as never[]))],
  ['runner.addTask', (func, ...args) => createRunner().addTask(func, ...(args as never[]))],
  ['response.addTask', (func, ...args) => fakeResponse().tasks.addTask(func, ...(args as never[]))],
  [
    'response.with().addTask',
    (func, ...args) =>
      fakeResponse()
        .tasks.with({ name: 'x' })
        .addTask(func, ...(args as never[])),
  ],
])('%s', (_, add) => {
  it.each<[string, unknown, string]>([
    ['a number', 42, '`42` (number)'],
    ['a text', 'send', "`'send'` (string)"],
    ['null', null, '`null` (null)'],
    ['an object', { run() {} }, '`{ run: [Function: run] }` (Object)'],
    ['an array', [send], '`[ [Function: send] ]` (Array)'],
    ['the result of a call', send(), `\`undefined\` (undefined). ${mend}`],
    ['a promise', Promise.resolve(), `\`Promise { undefined }\` (Promise). ${mend}`],
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about
    ['a thenable', { then() {} }, `(Object). ${mend}`],
  ])('refuses %s', (_kind, value, got) => {
    expect(() => add(wrong(value))).toThrow(TypeError)
    expect(() => add(wrong(value))).toThrow(
      'Expected `func` to be a function, a Task or a definition, got ',
    )
    expect(() => add(wrong(value))).toThrow(got)
  })

  it('tells how to mend it, and nothing where that is not known', () => {
    expect(() => add(wrong([send]))).toThrow(
      '(Array). For a list of tasks: new Tasks([new Task(send, to), …])',
    )
    expect(() => add(wrong(42))).toThrow(/, got `42` \(number\)$/)
  })

  it.each([
    ['a Task', task],
    ['a Tasks', new Tasks([task])],
  ])('refuses further arguments after %s', (_kind, given) => {
    expect(() => add(given, 'd@e.f')).toThrow(
      new TypeError(
        "Expected `the arguments after a Task` to be none, got `[ 'd@e.f' ]` (Array). " +
          'A Task has its arguments already: make a new Task with these',
      ),
    )
  })

  it.each(['always', 'sent', 'success'])("refuses options after the arguments: '%s'", (when) => {
    const remind = (_to: string) => {}
    expect(() => add(remind, 'a@b.c', { when })).toThrow(
      new TypeError(
        `Expected \`the last argument\` to be an argument of the function, got \`{ when: '${when}' }\`` +
          ' (Object). Options go before the arguments: with(options).addTask(…) or ' +
          'background(fn, options)',
      ),
    )
    expect(() => add((_to: string, _cc: string) => {}, 'a', 'b', { when })).toThrow(
      `got \`{ when: '${when}' }\``,
    )
    const definition = background(() => {}, { name: 'nightly' })
    expect(() => add(definition.func, { when, name: 'x' })).toThrow('Options go before')
  })

  it('accepts an argument that only looks like options', () => {
    const create = (_user: object) => {}
    const optional = (_to: string, _options: object = {}) => {}
    const variadic = (..._args: unknown[]) => {}
    expect(() => add(create, { name: 'Bob' })).not.toThrow()
    expect(() => add(create, { when: 'sent' })).not.toThrow()
    expect(() => add(create, { name: 'Bob' }, { name: 'Eve' })).not.toThrow()
    expect(() => add(create, {}, { when: 'tomorrow' })).not.toThrow()
    expect(() => add(optional, 'a@b.c', { timeout: 5 })).not.toThrow()
    expect(() => add(variadic, 1, { name: 'Bob' })).not.toThrow()
  })

  it('accepts `when` as an argument that the function may take', () => {
    const optional = (_to: string, _options: object = {}) => {}
    const variadic = (..._args: unknown[]) => {}
    expect(() => add(optional, 'a@b.c', { when: 'sent' })).not.toThrow()
    expect(() => add(variadic, { when: 'sent' })).not.toThrow()
  })

  it('accepts `when` where the parameters of a function cannot be seen', () => {
    const variadic = (..._args: unknown[]) => {}
    expect(() => add(variadic.bind(null), { when: 'sent' })).not.toThrow()
    expect(() => add(new Proxy(variadic, {}), { when: 'sent' })).not.toThrow()
    expect(() => add(Math.max as never, { when: 'sent' })).not.toThrow()
  })

  it('accepts a bound function and a Proxy of a function', () => {
    expect(() => add(send.bind(null), 'a@b.c')).not.toThrow()
    expect(() => add(new Proxy(send, {}), 'a@b.c')).not.toThrow()
  })
})

describe('a list', () => {
  it('is not added to itself, nor to one that stands in it', () => {
    const list = new Tasks()
    const message = 'a Task other than the list itself, got `Tasks(tasks=['
    expect(() => list.addTask(list)).toThrow(TypeError)
    expect(() => list.addTask(list)).toThrow(message)
    const outer = new Tasks([new Tasks([list])])
    expect(() => list.addTask(outer)).toThrow(message)
    expect(() => list.addTask(list)).toThrow('For its tasks once more: addTask(new Tasks(tasks))')
    expect([list.size, outer.size]).toEqual([0, 1])
  })

  it('may stand in a list twice, and in two lists', () => {
    const list = new Tasks()
    const outer = new Tasks([list, list])
    expect(() => new Tasks([list]).addTask(outer)).not.toThrow()
  })

  it.each<[string, unknown, string]>([
    ['a Task', task, '(function). Put it in a list: new Tasks([task])'],
    ['a function', send, 'to be an iterable of Task, got `[Function: send]` (function)'],
    [
      'a number',
      42,
      'to be an iterable of Task, got `42` (number). For example: new Tasks([task])',
    ],
    ['a text', 'tasks', ' (string)'],
    ['an object', {}, 'to be an iterable of Task, got `{}` (Object)'],
    ['true', true, 'to be an iterable of Task, got `true` (boolean)'],
    ['functions', [task, send], '`tasks[1]` to be a Task, got `[Function: send]` (function). Make'],
    ['a hole', [undefined], 'Expected `tasks[0]` to be a Task, got `undefined` (undefined)'],
    ['a definition', [background(send)], 'Make it one: new Task(func, ...args)'],
    ['lists', [[task]], 'Expected `tasks[0]` to be a Task, got `[ [Task] ]` (Array)'],
  ])('is not made of %s', (_, given, message) => {
    expect(() => new Tasks(given as never)).toThrow(TypeError)
    expect(() => new Tasks(given as never)).toThrow(message)
  })
})
