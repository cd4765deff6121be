import { describe, expect, it } from 'vitest'
import { eachOnEveryFramework, start } from './child.js'
import { cleanEnd, report } from './end.js'

// The child ends by itself, with 0, after a drain that was ok: nothing of ours is left behind.

describe.concurrent.each(eachOnEveryFramework())('%s, after a %s', (name, signal) => {
  it('a task that runs is awaited, and new connections are refused meanwhile', async () => {
    const child = await start(name)
    await child.get('/work')
    await child.at('task')
    await child.stop(signal)
    expect(await child.newConnection()).toBe('ECONNREFUSED')
    child.open('task')
    expect(await child.end()).toEqual(cleanEnd(1, ['worked']))
  })

  it('a handler that has added a task and not answered is awaited, and answers', async () => {
    const child = await start(name)
    const answer = child.get('/in-flight')
    await child.at('handler')
    await child.stop(signal)
    child.open('handler')
    expect(await answer).toBe('200 ok')
    expect(await child.end()).toEqual(cleanEnd(1, ['after an answer in flight']))
  })

  it('a handler that has not even added its task is awaited', async () => {
    const child = await start(name)
    const answer = child.get('/no-task-yet')
    await child.at('handler')
    await child.stop(signal)
    child.open('handler')
    expect(await answer).toBe('200 ok')
    expect(await child.end()).toEqual(cleanEnd(1, ['added in flight']))
  })

  it('a task added by a task, and a definition that it calls, are awaited', async () => {
    const child = await start(name)
    await child.get('/chain')
    await child.at('task')
    await child.stop(signal)
    child.open('task')
    const ran = ['worked', 'second', 'definition', 'last']
    expect(await child.end()).toEqual(cleanEnd(4, ran))
  })

  it('a retry that would wait an hour starts at once', async () => {
    const child = await start(name)
    await child.get('/retries')
    await child.at('retried after 3600000 ms')
    await child.stop(signal)
    expect(await child.end()).toEqual(cleanEnd(1, ['attempt 1', 'attempt 2']))
  })

  it('a definition that was called outside of a request is awaited', async () => {
    const child = await start(name)
    child.call('long-report')
    await child.at('task')
    await child.stop(signal)
    child.open('task')
    expect(await child.end()).toEqual(cleanEnd(1, ['worked']))
  })
})

describe.concurrent.each([
  ['node:http', 'SIGTERM'],
  ['Fastify 5', 'SIGINT'],
] as const)('%s, after a %s', (name, signal) => {
  it('a task that fails is reported, and the exit code is 0', async () => {
    const child = await start(name)
    await child.get('/fails')
    await child.at('task')
    await child.stop(signal)
    child.open('task')
    const { stderr, ...end } = await child.end()
    expect(stderr).toMatch(/^task breaks failed · GET \/fails · attempt 1\/1 · \d+ ms\n/)
    expect(end).toMatchObject({ code: 0, report: report({ failed: 1 }), ran: ['worked'] })
  })

  it('with nothing to do it ends at once', async () => {
    const child = await start(name)
    child.kill(signal)
    expect(await child.end()).toEqual(cleanEnd(0, []))
  })
})
