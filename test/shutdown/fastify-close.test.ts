import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { FrameworkName } from './apps.js'
import { start } from './child.js'
import { cleanEnd, endedAtOnce, report } from './end.js'

describe.concurrent.each<FrameworkName>(['Fastify 4', 'Fastify 5'])('%s: close()', (name) => {
  it('drains before a pool is closed that was registered later, however long that takes', async () => {
    const child = await start(name, { timeout: 15_000, fastify: { pluginTimeout: 500 } })
    const answer = child.get('/pool')
    await child.at('handler')
    await child.stop('SIGTERM')
    child.open('handler')
    expect(await answer).toBe('200 ok')
    await child.at('task')
    await child.passes(1_000) // twice the pluginTimeout
    child.open('task')
    const looks = ['task in flight', 'at its end', 'added in flight', 'added meanwhile']
    const ran = looks.map((who) => `${who}: the pool is open`)
    expect(await child.end()).toEqual(cleanEnd(3, ran))
  })

  it('is held by a response that is never answered, as without us; a second signal ends it', async () => {
    const child = await start(name, { timeout: 50 })
    await child.connect('/never')
    await child.at('handler')
    await child.stop('SIGTERM')
    await child.passes(200)
    child.kill('SIGTERM')
    expect(await child.end()).toEqual(endedAtOnce)
  })

  it('with forceCloseConnections is not: its task runs, told that nothing was sent', async () => {
    const child = await start(name, { timeout: 15_000, fastify: { forceCloseConnections: true } })
    await child.connect('/never')
    await child.at('handler')
    child.kill('SIGTERM')
    expect(await child.end()).toEqual(cleanEnd(1, ['not answered: false']))
  })

  it('with forceCloseConnections an open event stream does not hold it, nor does a slow reader', async () => {
    const child = await start(name, { timeout: 15_000, fastify: { forceCloseConnections: true } })
    const stream = await child.connect('/stream')
    await once(stream, 'data')
    await child.connect('/large')
    await child.at('handler')
    child.open('handler')
    await child.at('answered')
    child.kill('SIGINT')
    const { ran, ...end } = await child.end()
    expect(end).toEqual({ code: 0, signal: null, report: report({ succeeded: 2 }), stderr: '' })
    expect(ran.toSorted()).toEqual(['after the last byte', 'after the stream: false'])
  })

  it('with forceCloseConnections a stuck task is abandoned and on the log', async () => {
    const child = await start(name, { timeout: 50, fastify: { forceCloseConnections: true } })
    await child.get('/stuck')
    await child.at('task')
    child.kill('SIGTERM')
    const { stderr, code } = await child.end()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^task stuck abandoned · GET \/stuck · running · \d+ ms old\n/)
  })
})
