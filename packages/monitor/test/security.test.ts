import net from 'node:net'
import { expect, it } from 'vitest'
import { ask, Events, post } from './events.js'
import { start } from './places.js'

it('the page may load nothing, run nothing of others, and stand in no frame', async () => {
  const { url } = await start()
  const [first, second] = [await ask(url), await ask(url)]
  const policy = String(first.headers['content-security-policy'])
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] as string
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ])
  expect(first.text.split(nonce)).toHaveLength(3)
  expect(first.text).not.toMatch(/\{nonce\}|https?:\/\/(?!www\.w3\.org\/)/)
  expect(second.text).not.toContain(nonce)
})

it.each(['', 'events', 'other'])('the headers of /%s', async (path) => {
  const { url } = await start()
  const events = new Events(`${url}${path}`)
  await expect.poll(() => events.status).not.toBe(0)
  expect(events.headers).toMatchObject({
    'cache-control': 'no-store, no-transform',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
})

it('an action comes from the page itself, or is refused', async () => {
  const { url, runner } = await start()
  const events = new Events(`${url}events`)
  const run = runner.addTask(() => new Promise(() => {}))
  await expect.poll(() => events.last('runs')?.rows).toHaveLength(1)
  const [{ key }] = events.last('runs').rows
  const cancel = (headers: object, body: unknown = { id: key }) =>
    post(`${url}cancel`, body, headers)
  const refused: [status: number, answer: ReturnType<typeof ask>][] = [
    [403, cancel({ 'x-backgrounder': '0' })],
    [403, cancel({ 'sec-fetch-site': 'cross-site' })],
    [403, cancel({ 'sec-fetch-site': 'same-site' })],
    [415, cancel({ 'content-type': 'text/plain' })],
    [415, cancel({ 'content-type': 'application/x-www-form-urlencoded' })],
    [400, cancel({}, { id: 1 })],
    [400, cancel({}, null)],
    [400, cancel({}, [])],
    [413, cancel({}, { id: 'x'.repeat(1_024) })],
    [409, cancel({}, { id: 'another' })],
  ]
  for (const [status, answer] of refused) expect((await answer).status).toBe(status)
  const body = '{"id":'
  const headers = { 'content-type': 'application/json', 'x-backgrounder': '1' }
  expect(await ask(`${url}cancel`, { method: 'POST', body, headers })).toMatchObject({
    status: 400,
  })
  expect(run.state).toBe('running')
  expect(await cancel({ 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 200 })
})

it('a body whose length is not told is read no further than its limit', async () => {
  const { url } = await start()
  const headers = {
    'content-type': 'application/json',
    'x-backgrounder': '1',
    'transfer-encoding': 'chunked',
  }
  const body = JSON.stringify({ id: 'x'.repeat(2_000) })
  expect(await ask(`${url}cancel`, { method: 'POST', body, headers })).toMatchObject({
    status: 413,
  })
})

it('the stream is for the page of the same origin', async () => {
  const { url } = await start()
  const headers = { 'sec-fetch-site': 'cross-site' }
  expect(await ask(`${url}events`, { headers })).toMatchObject({ status: 403 })
})

it('arguments are shown by formatArgs alone, and what it does wrong is contained', async () => {
  const secret = 's3cret'
  const see = async (formatArgs?: (args: readonly unknown[], name: string) => string) => {
    const { url, runner, page } = await start({ options: { formatArgs } })
    runner.addTask((_key: string) => new Promise(() => {}), secret)
    const events = new Events(`${url}events`)
    await expect.poll(() => events.last('runs')?.rows).toHaveLength(1)
    page.close()
    return [events.last('runs').rows[0].args, JSON.stringify(events.all).includes(secret)]
  }
  expect(await see()).toEqual([undefined, false])
  expect(await see((args, name) => `${name}: ${args.length}`)).toEqual(['(anonymous): 1', false])
  expect(
    await see(() => {
      throw new Error(secret)
    }),
  ).toEqual(['(formatArgs failed)', false])
  expect(await see(() => 42 as never)).toEqual(['(formatArgs gave no string)', false])
  const [long] = await see(() => 'x'.repeat(10_000))
  expect(long).toHaveLength(500)
})

it.each([
  ['/a?token=secret', 'GET /a'],
  ['/a#token=secret', 'GET /a'],
  ['http://ada:secret@host/a?token=secret', 'GET /a'],
  ['HTTP://ada:secret@host/', 'GET /'],
  ['*', 'GET *'],
])('of the URL %s only the path is shown', async (target, shown) => {
  const { url, origin, runner } = await start({ task: () => new Promise(() => {}) })
  const events = new Events(`${url}events`)
  await expect.poll(() => events.of('full').length).toBe(1)
  const { port } = new URL(origin)
  const socket = net.connect(Number(port))
  socket.end(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
  socket.resume()
  await expect.poll(() => events.last('runs')?.rows).toMatchObject([{ request: shown }])
  expect(JSON.stringify(events.all)).not.toContain('secret')
  for (const run of runner.running()) run.cancel()
})
