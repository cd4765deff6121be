import { background, createRunner, defaultRunner, Task } from '@backgrounder/core'
import { describe, expect, it } from 'vitest'
import { burn, deferred } from './deferred.js'
import { fakeResponse } from './fake-response.js'

function send(_to: string, _copies = 1): void {}

it.each<[string, PropertyDescriptor]>([
  ['cannot be read', { get: () => expect.fail('no name') }],
  ['is no text', { value: 42 }],
])('a function whose name %s is anonymous', async (_, name) => {
  const send = () => {}
  Object.defineProperty(send, 'name', name)
  const run = background(send)()
  expect(run.name).toBe('(anonymous)')
  await run.done
})

describe('background(func, options)', () => {
  it("keeps the function's name, the function and the options", () => {
    const definition = background(send)
    expect(definition.name).toBe('send')
    expect(definition.func).toBe(send)
    expect(definition.options).toEqual({})
    const named = background(send, { name: 'welcome-mail', when: 'sent' })
    expect(named.name).toBe('welcome-mail')
    expect(named.options).toEqual({ name: 'welcome-mail', when: 'sent' })
  })

  it('is a function, but not a Task', () => {
    expect(typeof background(send)).toBe('function')
    expect(background(send)).not.toBeInstanceOf(Task)
  })

  it('has the plain function, which returns what it returns', async () => {
    const double = background(async (value: number) => value * 2)
    expect(await double.func(21)).toBe(42)
  })

  it('has a copy with other options over its own', () => {
    const definition = background(send, { name: 'mail', when: 'sent' })
    expect(definition.with({ name: 'other' }).options).toEqual({ name: 'other', when: 'sent' })
    expect(definition.with({ name: 'other' }).func).toBe(send)
    expect(definition.name).toBe('mail')
  })

  it('takes an option that is undefined as not given', () => {
    const undef = { name: undefined, when: undefined }
    expect(background(send, undef).name).toBe('send')
    const mail = background(send, { name: 'mail', when: 'sent' })
    expect(mail.with(undef).name).toBe('mail')
    expect(mail.with(undef).options).toMatchObject({ name: 'mail', when: 'sent' })
    expect(new Task(mail, 'a@b.c').with(undef).name).toBe('mail')
    expect(fakeResponse().tasks.with(undef).addTask(mail, 'a@b.c').name).toBe('mail')
  })
})

describe('calling a definition', () => {
  it('returns a TaskRun at once, and runs the function later with its arguments', async () => {
    const calls: unknown[][] = []
    const definition = background((...args: unknown[]) => void calls.push(args), { name: 'record' })
    const run = definition('a@b.c', { copies: 2 })
    expect(run).toMatchObject({ name: 'record', state: 'ready', attempt: 1 })
    expect(calls).toEqual([])
    await run.done
    expect(calls).toEqual([['a@b.c', { copies: 2 }]])
    expect(run.state).toBe('succeeded')
  })

  it('does not make its caller wait for a function that blocks', async () => {
    const steps: string[] = []
    const blocking = background(() => {
      burn(5)
      steps.push('function')
    })
    const run = blocking()
    steps.push('caller')
    await run.done
    expect(steps).toEqual(['caller', 'function'])
  })

  it('does not make its caller wait for a function that waits', async () => {
    const gate = deferred()
    const run = background(() => gate.promise)()
    expect(run.state).toBe('ready')
    gate.resolve()
    await run.done
  })

  it('is not awaitable: what it returns has no `then`', () => {
    expect(background(send)('a@b.c')).not.toHaveProperty('then')
  })

  it('runs on the default runner of the process, whose drain waits for it', async () => {
    const gate = deferred()
    const run = background(() => gate.promise)()
    const drained = defaultRunner().drain()
    gate.resolve()
    expect(await drained).toMatchObject({ ok: true })
    expect(run.state).toBe('succeeded')
  })

  it('runs once for each call', async () => {
    let calls = 0
    const count = background(() => {
      calls += 1
    })
    await Promise.all([count().done, count().done, count().done])
    expect(calls).toBe(3)
  })
})

describe('adding a definition', () => {
  it('runs the function with the given arguments under the name of the definition', async () => {
    const seen: string[] = []
    const mail = background((to: string) => void seen.push(to), { name: 'mail' })
    const run = createRunner().addTask(mail, 'a@b.c')
    expect(run.name).toBe('mail')
    await run.done
    await new Task(mail, 'd@e.f')()
    expect(seen).toEqual(['a@b.c', 'd@e.f'])
  })
})
