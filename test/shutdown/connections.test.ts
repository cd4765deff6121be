import { once } from 'node:events'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { cleanups, eachOnEveryFramework, start } from './child.js'
import { cleanEnd, report } from './end.js'

describe.concurrent.each(eachOnEveryFramework(1))('%s, after a %s', (name, signal) => {
  it('kept-alive clients do not hold it: one that is idle, and one that falls idle later', async () => {
    const child = await start(name)
    const agent = new http.Agent({ keepAlive: true })
    cleanups.push(() => agent.destroy())
    const answer = child.get('/no-task-yet', agent)
    await child.at('handler')
    expect(await child.get('/ping', agent)).toBe('200 pong')
    await child.stop(signal)
    child.open('handler')
    expect(await answer).toBe('200 ok')
    expect(await child.end()).toEqual(cleanEnd(1, ['added in flight']))
  })

  it('an answer that a client reads slowly is read to its end, and then its task runs', async () => {
    const child = await start(name)
    const socket = await child.connect('/large')
    await child.at('handler')
    await child.stop(signal)
    child.open('handler')
    await child.at('answered')
    await child.passes(200) // for what would look at its connections meanwhile
    const body = await text(socket)
    expect(body.length).toBeGreaterThan(32 * 1024 * 1024)
    expect(await child.end()).toEqual(cleanEnd(1, ['after the last byte']))
  })

  it('requests that stand behind each other on one connection are all answered', async () => {
    const child = await start(name)
    const socket = await child.connect('/in-flight', '/work')
    await child.at('handler')
    await child.stop(signal)
    child.open('handler')
    await child.at('task')
    child.open('task')
    expect((await text(socket)).match(/200 OK/g)).toHaveLength(2)
    expect(await child.end()).toEqual(cleanEnd(2, ['after an answer in flight', 'worked']))
  })

  it('a client that leaves does not hold it; the task runs', async () => {
    const child = await start(name)
    const socket = await child.connect('/never')
    await child.at('handler')
    await child.stop(signal)
    socket.resetAndDestroy()
    // Koa prints the error of the connection.
    const { stderr: _, ...clean } = cleanEnd(1, ['not answered: false'])
    expect(await child.end()).toMatchObject(clean)
  })
})

// Node counts it among those whose request is on its way, and tells nobody which they are:
// docs/shutdown.md says so.
it.concurrent('a connection on which nothing was ever sent holds it, which is not ok, and the log says why', async () => {
  const child = await start('node:http', { timeout: 200 })
  await child.connect()
  await child.get('/ping') // so that the connection before it has been accepted
  child.kill('SIGTERM')
  const { stderr, ...end } = await child.end()
  expect(stderr).toBe('server not closed · 1 connection was still open at the end of the drain\n')
  expect(end).toMatchObject({ code: 1, report: report({ ok: false }) })
})

it.concurrent('an open event stream holds it, and its task runs once the stream is ended', async () => {
  const child = await start('Express 5')
  const socket = await child.connect('/stream')
  await once(socket, 'data')
  await child.stop('SIGTERM')
  socket.destroy()
  expect(await child.end()).toEqual(cleanEnd(1, ['after the stream: false']))
})
