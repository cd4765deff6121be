import { background } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'

function send(_to?: unknown, _options?: unknown): void {}

/** What a decorated method is called with by the standard. */
const standard = (kind: string) => [
  kind === 'field' ? undefined : send,
  { kind, name: 'send', static: false, private: false, access: {}, addInitializer() {} },
]
/** What it is called with under TypeScript's experimentalDecorators. */
const legacy = [
  class Mailer {}.prototype,
  'send',
  { value: send, writable: true, enumerable: false, configurable: true },
]

const definition = background(send, { name: 'mail' })

describe.each([
  ['@background', 'background', background],
  ['@definition', 'mail', definition],
])('%s', (_, name, decorator) => {
  it.each([
    ['a method', standard('method')],
    ['a static field', standard('field')],
    ['a class', standard('class')],
    ['a method, with experimentalDecorators', legacy],
  ])('on %s is refused with the way to go', (_kind, args) => {
    const decorate = () => (decorator as (...given: unknown[]) => unknown)(...args)
    expect(decorate).toThrow(
      new TypeError(
        `\`${name}\` is a function and not a decorator: make a definition of the function instead, ` +
          "const sendLater = background(send, { name: 'send' })",
      ),
    )
  })
})

describe('a definition', () => {
  it('may be called with arguments that only look alike', async () => {
    const seen: unknown[][] = []
    const record = background((...args: unknown[]) => void seen.push(args), { name: 'record' })
    const calls = [
      [send, { kind: 'method', name: 'send' }],
      [{}, 'send', { value: 42 }],
      [{}, 'send', null],
      [send, { addInitializer: true }],
    ]
    for (const args of calls) await record(...args).done
    expect(seen).toEqual(calls)
  })
})

describe('background', () => {
  it.each([
    ['nothing', undefined, '`undefined` (undefined)'],
    ['a number', 42, '`42` (number)'],
    ['a promise', Promise.resolve(), '`Promise { undefined }` (Promise)'],
  ])('refuses %s', (_, func, got) => {
    expect(() => background(func as never)).toThrow(TypeError)
    expect(() => background(func as never)).toThrow(
      `Expected \`the first argument of background\` to be a function, got ${got}`,
    )
  })
})
