import { createRunner, type RunnerOptions, Task, Tasks } from '@backgrounder/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { deferred, turn } from './deferred.js'
import { fakeResponse } from './fake-response.js'

/** The default report of a failure, as the logger gets it. */
async function reportOf(error: unknown, name = 'send'): Promise<string> {
  const reports: string[] = []
  const runner = createRunner({ logger: { error: (message) => reports.push(message) } })
  runner.addTask(new Task(() => Promise.reject(error)).with({ name }))
  await runner.settled()
  expect(reports).toHaveLength(1)
  return reports[0] as string
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
const forged = 'task admin-login succeeded'

class Custom extends Error {
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `custom\n${forged}`
  }
}

describe('a line of the log', () => {
  const errors: [string, unknown][] = [
    ['the message', new Error(`no route\n${forged}`)],
    ['a message with CR', new Error(`no route\r${forged}\r\n${forged}`)],
    ['a message with a line separator', new Error(`no route\u2028${forged}`)],
    ['a message with colours', new Error(`\u001b[2K\u001b[1G\u001b[32m${forged}`)],
    ['a message with C1 controls', new Error(`\u009b32m${forged}`)],
    ['a message that turns the direction', new Error(`\u202e${forged}`)],
    ['the name of the error', Object.assign(new Error('x'), { name: `E\n${forged}` })],
    [
      'the stack',
      Object.assign(new Error('x'), { stack: `Error: x\n${forged}\n\u001b[1A${forged}` }),
    ],
    ['the cause', new Error('x', { cause: new Error(`no route\n${forged}\u001b[1A`) })],
    ['one of many errors', new AggregateError([new Error(`no\n${forged}\u001b[1A`)], 'two\nlines')],
    ['a property', Object.assign(new Error('x'), { [`a\n${forged}`]: `b\n${forged}\u001b[1A` })],
    ['a text', `no route\n${forged}\u001b[1A`],
    ['a symbol', Symbol(`no route\n${forged}\u001b[1A`)],
    ['an object', { message: `no route\n${forged}` }],
    ['its own inspect', new Custom('x')],
  ]

  it.each(errors)('cannot be forged or coloured by %s', async (_, error) => {
    const [first, ...others] = (await reportOf(error)).split('\n')
    expect(first).toMatch(/^task send failed · attempt 1\/1 · \d+ ms$/)
    expect(others.length).toBeGreaterThan(0)
    for (const line of others) {
      expect(line).toMatch(/^ {4}/)
      expect(line).not.toMatch(control)
    }
  })

  it('is indented more where the text itself has broken it, and as the others where it is one', async () => {
    const lines = ['Error: x', forged, ' one', '} two', 'three }', '    at a (b.js:1:1)', '})]']
    const report = await reportOf(Object.assign(new Error('x'), { stack: lines.join('\n') }))
    const shown = report.split('\n').slice(1, lines.length + 1)
    const depths = shown.map((line, index) => line.length - (lines[index] as string).length)
    expect(depths).toEqual([4, 6, 6, 6, 6, 4, 4])
    expect(shown.map((line) => line.trimStart())).toEqual(lines.map((line) => line.trimStart()))
  })

  it('cannot be forged or coloured by the name of a task', async () => {
    const report = await reportOf(new Error('no route'), `send\n${forged}\r\u001b[32m\u2028`)
    expect(report).toContain(
      `task send\\n${forged}\\u000d\\u001b[32m\\u2028 failed · attempt 1/1 · `,
    )
    expect(report).not.toMatch(control)
  })

  it('cannot be forged by the method or the url of the request', async () => {
    const reports: string[] = []
    const { tasks, runner, end } = fakeResponse({
      onError: undefined,
      logger: { error: (message) => reports.push(message) },
    })
    tasks.addTask(() => Promise.reject(new Error('no route')))
    end()
    await runner.settled()
    expect(reports[0]).toMatch(/^task \(anonymous\) POST \/signup failed · attempt 1\/1 · \d+ ms\n/)
    expect(reports[0]).not.toContain('secret')
  })

  it.each([
    ['/a?token=secret', '/a'],
    ['/a#secret', '/a'],
    ['http://ada:secret@host/a?token=secret#secret', '/a'],
    ['HTTPS://ada:secret@host/', '/'],
    ['http://ada:secret@host', ''],
    ['//a/b://c', '//a/b://c'],
    ['*', '*'],
  ])('has of the url %s the path alone', async (url, path) => {
    const reports: string[] = []
    const logger = { error: (message: string) => reports.push(message) }
    const { tasks, runner, end } = fakeResponse({ onError: undefined, logger }, undefined, { url })
    tasks.addTask(() => Promise.reject(new Error('no route')))
    tasks.addTask(function send() {
      return Promise.reject(new Error('no route'))
    })
    end()
    await runner.settled()
    const where = `POST ${path}`.trimEnd()
    expect(reports[0]).toContain(`task (anonymous) ${where} failed · `)
    expect(reports[1]).toContain(`task send failed · ${where} · `)
    expect(reports.join()).not.toContain('secret')
  })
})

describe('the report', () => {
  it('escapes a line break in the message, so that the stack has lines of its own only', async () => {
    const lines = (await reportOf(new Error('no\n    at forged (file.js:1:1)'))).split('\n')
    expect(lines[1]).toBe('    Error: no\\n    at forged (file.js:1:1)')
    expect(lines[2]).toMatch(/^ {8}at /)
  })

  it.each([
    ['undefined', undefined],
    ['null', null],
    ["'no route'", 'no route'],
    ['42', 42],
    ['{ code: 7 }', { code: 7 }],
    ['[Object: null prototype] {}', Object.create(null)],
  ])('shows %s that was thrown', async (shown, error) => {
    const lines = (await reportOf(error)).split('\n')
    expect(lines[1]).toBe(`    ${shown}`)
  })

  it('says so where an error cannot be shown', async () => {
    const unprintable = {
      [Symbol.for('nodejs.util.inspect.custom')]() {
        throw new Error('not me')
      },
    }
    expect(await reportOf(unprintable)).toContain('\n    (an error that cannot be printed)')
  })

  it('has every error of a Tasks', async () => {
    const failing = (message: string) => new Task(() => Promise.reject(new Error(message)))
    const reports: string[] = []
    const options: RunnerOptions = { logger: { error: (message) => reports.push(message) } }
    const runner = createRunner(options)
    runner.addTask(new Tasks([failing('first'), failing('second')], { onFailure: 'continue' }))
    await runner.settled()
    expect(reports[0]).toContain('2 of 2 tasks failed')
    expect(reports[0]).toContain('Error: first')
    expect(reports[0]).toContain('Error: second')
  })

  it('counts no more time than has passed, also where `when` has failed before the start', async () => {
    const reports: string[] = []
    const before = performance.now()
    const { tasks, runner, end } = fakeResponse({
      onError: undefined,
      logger: { error: (message) => reports.push(message) },
    })
    const when = () => {
      throw new Error('which status?')
    }
    tasks.with({ when }).addTask(() => {})
    end()
    await runner.settled()
    const [, ms] = / · (\d+) ms\n/.exec(reports[0] as string) ?? []
    expect(Number(ms)).toBeLessThanOrEqual(Math.ceil(performance.now() - before))
  })
})

describe('what a report says', () => {
  afterEach(() => void vi.useRealTimers())

  function recorded() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
    vi.advanceTimersByTime(1_000) // a process does not start at 0
    const reports: string[] = []
    return { reports, logger: { error: (report: string) => reports.push(report) } }
  }

  it('is how long it ran, and where it was added', async () => {
    const { reports, logger } = recorded()
    const runner = createRunner({ logger })
    runner.addTask(async function send() {
      vi.advanceTimersByTime(132)
      throw new Error('no route')
    })
    await runner.settled()
    const lines = (reports[0] as string).split('\n')
    expect(lines[0]).toBe('task send failed · attempt 1/1 · 132 ms')
    expect(lines[1]).toBe('    Error: no route')
    expect(lines[2]).toMatch(/^ {8}at send \(/)
    expect(lines.at(-1)).toMatch(/^ {4}added at packages\/core\/test\/report\.test\.ts:\d+$/)
  })

  it('is that its time was up', async () => {
    const { reports, logger } = recorded()
    const runner = createRunner({ logger, timeout: 50 })
    const gate = deferred()
    const run = runner.addTask(function hang() {
      return gate.promise
    })
    while (run.state !== 'running') await turn()
    await vi.advanceTimersByTimeAsync(50)
    expect(reports[0]).toMatch(/^task hang timed out · attempt 1\/1 · 50 ms\n {4}TimeoutError: /)
    gate.resolve()
    await runner.settled()
  })

  it('is how old what a drain gives up is, and how many connections a server still has', async () => {
    const { reports, logger } = recorded()
    const runner = createRunner({ logger })
    runner.addTask(function hang() {
      return new Promise(() => {})
    })
    await turn()
    const server = {
      close() {},
      getConnections: (tell: (error: null, count: number) => void) => tell(null, 1),
    }
    const drained = runner.drain({ timeout: 70, server })
    await vi.advanceTimersByTimeAsync(70)
    await drained
    expect(reports).toEqual([
      'task hang abandoned · running · 70 ms old',
      'server not closed · 1 connection was still open at the end of the drain',
    ])
  })

  it.each([
    [{ method: 'POST', url: '/signup?token=secret' }, 'POST /signup'],
    [{ method: 'POST', url: undefined }, 'POST'],
    [{ method: undefined, url: '/signup' }, '/signup'],
  ])('is the request, without its query: %j', async (request, where) => {
    const { reports, logger } = recorded()
    const { tasks, runner, end } = fakeResponse({ onError: undefined, logger }, undefined, request)
    tasks.addTask(async function send() {
      throw new Error('no route')
    })
    end()
    await runner.settled()
    expect(reports[0]).toMatch(`task send failed · ${where} · attempt 1/1 · 0 ms\n`)
  })
})
