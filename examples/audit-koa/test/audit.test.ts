import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { settled } from '@backgrounder/core/testing'
import request from 'supertest'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildApp } from '../app.js'

/** A server that keeps audit events. It answers when it is told to. */
async function startPlace() {
  const events: string[] = []
  const server = http.createServer()
  server.on('request', async (req) => {
    for await (const chunk of req.setEncoding('utf8')) events.push(chunk)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.closeAllConnections())
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const asked = once(server, 'request').then(([, res]) => res as http.ServerResponse)
  return { url, events, asked }
}

async function startApp() {
  const lines: string[] = []
  const places = [await startPlace(), await startPlace(), await startPlace()] as const
  const { app } = buildApp({
    places: places.map(({ url }) => url),
    logger: { error: (line) => lines.push(line) },
  })
  const transfer = () => request(app.callback()).post('/transfers')
  return { app, transfer, places, lines }
}

describe('POST /transfers', () => {
  test('answers first, and then audits in every place, two at a time', async () => {
    const { app, transfer, places, lines } = await startApp()
    const [ledger, search, archive] = places
    const answer = await transfer()
    expect([answer.status, answer.body]).toEqual([202, { accepted: true }])

    const first = await Promise.all([ledger.asked, search.asked])
    await request(app.callback()).get('/') // long enough for a third one to come, if it were begun
    expect(archive.events).toEqual([])
    for (const res of first) res.end()
    ;(await archive.asked).end()
    await settled(app)
    const events = places.map(({ events }) => events.map((text) => JSON.parse(text)))
    expect(events[0]).toEqual([{ what: 'transfer', at: expect.any(String) }])
    expect(events[1]).toEqual(events[0])
    expect(events[2]).toEqual(events[0])
    expect(lines).toEqual([])
  })

  test('one place fails: the other is aborted, the third is not begun, the report tells', async () => {
    const { app, transfer, places, lines } = await startApp()
    const [ledger, search, archive] = places
    const answer = await transfer()
    expect([answer.status, answer.body]).toEqual([202, { accepted: true }])

    const [failing, waiting] = await Promise.all([ledger.asked, search.asked])
    const aborted = once(waiting, 'close')
    failing.writeHead(500).end()
    await aborted
    expect(waiting.writableEnded).toBe(false)
    await settled(app)
    expect(archive.events).toEqual([])

    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^task audit failed · POST \/transfers · attempt 1\/1 · \d+ ms\n/)
    expect(lines[0]).toContain(`${ledger.url} answered 500`)
  })
})
