import { describe, expect, it } from 'vitest'
import { ask, Events, post } from './events.js'
import { start, starts } from './places.js'

describe.each(Object.keys(starts))('on %s', (name) => {
  it('the page is there, and adds no task by itself', async () => {
    const { url, runner } = await start({}, name)
    const { status, text, headers } = await ask(url)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(text).toMatch(/^<!doctype html>/)
    const events = new Events(`${url}events`)
    await expect.poll(() => events.of('full').length).toBe(1)
    expect(runner.stats).toMatchObject({ pending: 0, succeeded: 0 })
  })

  it('without the slash at its end it leads to the one with it, query and all', async () => {
    const { origin } = await start({}, name)
    const { status, headers } = await ask(`${origin}/tasks?key=a%20b?c`)
    expect([status, headers.location]).toEqual([307, './tasks/?key=a%20b?c'])
    expect(new URL(String(headers.location), `${origin}/tasks`).pathname).toBe('/tasks/')
  })

  it('what a request adds is shown with that request', async () => {
    let end = () => {}
    const task = () =>
      new Promise<void>((resolve) => {
        end = resolve
      })
    const { origin, url } = await start({ task }, name)
    const events = new Events(`${url}events`)
    await ask(`${origin}/add?secret=1`, { method: 'POST' })
    const row = { name: 'task', state: 'running', request: 'POST /add', attempt: 1 }
    await expect.poll(() => events.last('runs')?.rows).toMatchObject([row])
    expect(events.last('runners')).toMatchObject([{ stats: { pending: 1, running: 1 } }])
    end()
    await expect.poll(() => events.last('runs')?.rows).toMatchObject([{ state: 'succeeded' }])
    expect(events.last('names')).toMatchObject([{ name: 'task', ends: { succeeded: 1 } }])
  })

  it('cancels a task, and has no other page', async () => {
    const { origin, url, runner } = await start({ task: () => new Promise(() => {}) }, name)
    const events = new Events(`${url}events`)
    await ask(`${origin}/add`, { method: 'POST' })
    await expect.poll(() => events.last('runs')?.rows).toHaveLength(1)
    const [{ key, id }] = events.last('runs').rows
    const [run] = runner.running()
    expect(run?.id).toBe(id)
    expect(await post(`${url}cancel`, { id: key })).toMatchObject({ status: 200, text: '{}' })
    expect(await ask(`${url}other`)).toMatchObject({ status: 404 })
    expect(await ask(`${url}cancel`)).toMatchObject({ status: 405, headers: { allow: 'POST' } })
    expect(await ask(url, { method: 'POST' })).toMatchObject({ status: 405 })
    expect(await ask(url, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })

  it('a stop does not wait for a page that is open', async () => {
    const { url, stop } = await start({}, name)
    const events = new Events(`${url}events`)
    await expect.poll(() => events.of('full').length).toBe(1)
    // Fastify's close gives no report: it would not be over.
    const report = await stop()
    if (!name.startsWith('Fastify')) expect(report).toMatchObject({ ok: true })
    await expect.poll(() => events.isOver).toBe(true)
  })
})
