import { describe, expect, it } from 'vitest'
import { eachOnEveryFramework, start } from './child.js'
import { cleanEnd, endedAtOnce, report } from './end.js'

const short = { timeout: 200 }

describe.concurrent.each(eachOnEveryFramework())('%s, after a %s', (name, signal) => {
  it('a stuck task is abandoned at the deadline and reported, and the exit code is 1', async () => {
    const child = await start(name, short)
    await child.get('/stuck')
    await child.at('task')
    child.kill(signal)
    const { stderr, ...end } = await child.end()
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^task stuck abandoned · GET \/stuck · running · \d+ ms old$/),
      expect.stringMatching(/^task afterIt abandoned · GET \/stuck · waiting · \d+ ms old$/),
      '',
    ])
    const abandoned = ['stuck', 'afterIt'].map((task) => ({
      id: expect.any(String),
      name: task,
      state: 'abandoned',
    }))
    const expected = { code: 1, signal: null, report: report({ ok: false, abandoned }), ran: [] }
    expect(end).toEqual(expected)
  })

  it('a definition that is stuck is abandoned and reported too', async () => {
    const child = await start(name, short)
    child.call('stuck-report')
    await child.at('task')
    child.kill(signal)
    const { stderr, ...end } = await child.end()
    expect(stderr).toMatch(/^task stuck-report abandoned · running · \d+ ms old\n$/)
    const abandoned = [expect.objectContaining({ name: 'stuck-report', state: 'abandoned' })]
    expect(end).toMatchObject({ code: 1, report: report({ ok: false, abandoned }), ran: [] })
  })

  it('a task that obeys its signal has ended by then, and the exit code is 0', async () => {
    const child = await start(name, { timeout: 1_000 })
    await child.get('/obeys')
    await child.at('task')
    child.kill(signal)
    expect(await child.end()).toEqual(cleanEnd(1, ['was told to end']))
  })

  it('a second signal ends it at once, with 1 and without a report', async () => {
    const child = await start(name)
    await child.get('/stuck')
    await child.at('task')
    await child.stop(signal)
    child.kill(signal === 'SIGTERM' ? 'SIGINT' : 'SIGTERM')
    expect(await child.end()).toEqual(endedAtOnce)
  })

  it('so does the same signal again, while a handler has not answered', async () => {
    const child = await start(name)
    await child.connect('/never')
    await child.at('handler')
    await child.stop(signal)
    child.kill(signal)
    expect(await child.end()).toEqual(endedAtOnce)
  })
})

// Fastify's own close waits for it: see fastify-close.test.ts.
const others = eachOnEveryFramework(1).filter(([name]) => !name.startsWith('Fastify'))

it.concurrent.each(others)(
  '%s, after a %s: a handler that never answers is reported',
  async (name, signal) => {
    const child = await start(name, short)
    await child.connect('/never')
    await child.at('handler')
    child.kill(signal)
    const { stderr, ...end } = await child.end()
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^task afterNothing abandoned · GET \/never · waiting · \d+ ms old$/),
      'server not closed · 1 connection was still open at the end of the drain',
      '',
    ])
    const abandoned = [expect.objectContaining({ name: 'afterNothing', state: 'abandoned' })]
    expect(end).toMatchObject({ code: 1, report: report({ ok: false, abandoned }), ran: [] })
  },
)
