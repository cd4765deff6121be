import http from 'node:http'
import { Duplex } from 'node:stream'
import type { Outcome } from '@backgrounder/core'
import { AppResponses, type Response } from '@backgrounder/http'
import { inject } from 'light-my-request'
import { describe, expect, it } from 'vitest'

/** The response of a request that never came over a connection, as `fastify.inject` makes it. */
function injected(): Promise<http.ServerResponse> {
  return new Promise((resolve) => {
    inject(
      (_req, res) => resolve(res),
      { url: '/' },
      () => {},
    )
  })
}

function observe(app: AppResponses, res: Response): Outcome[] {
  const outcomes: Outcome[] = []
  const outcome = app.observe(res, { responseOver: (given) => outcomes.push(given) })
  expect(outcome).toBeUndefined()
  return outcomes
}

const lost = { sent: false, status: undefined }

describe('the responses of an app that closes', () => {
  it('are over without a connection, not sent, and once', async () => {
    const app = new AppResponses()
    const res = await injected()
    const outcomes = observe(app, res)
    app.loseInjected()
    app.loseInjected()
    res.end('late')
    await new Promise((resolve) => res.once('close', resolve))
    expect(outcomes).toEqual([lost])
  })

  it('that were answered before are not over a second time', async () => {
    const app = new AppResponses()
    const res = await injected()
    const outcomes = observe(app, res)
    res.end('ok')
    await new Promise((resolve) => res.once('close', resolve))
    app.loseInjected()
    expect(outcomes).toEqual([{ sent: true, status: 200 }])
  })

  it.each<[string, (res: http.ServerResponse) => unknown, Outcome]>([
    ['answered', (res) => res.end('ok'), { sent: true, status: 200 }],
    ['destroyed', (res) => res.destroy(), lost],
  ])('that are over when they are observed tell no more: %s', async (_, end, outcome) => {
    const app = new AppResponses()
    const res = await injected()
    end(res)
    await new Promise((resolve) => setTimeout(resolve, 20)) // there is a second finish, later
    const outcomes: Outcome[] = []
    const observer = { responseOver: (outcome: Outcome) => outcomes.push(outcome) }
    expect(app.observe(res, observer)).toEqual(outcome)
    app.loseInjected()
    expect(outcomes).toEqual([])
  })

  it('with a connection wait for it', () => {
    const app = new AppResponses()
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    const res = new http.ServerResponse(new http.IncomingMessage(socket as never))
    res.assignSocket(socket as never)
    const outcomes = observe(app, res)
    app.loseInjected()
    expect(outcomes).toEqual([])
  })
})

describe('what a request tells of itself', () => {
  const { describe: tell } = new AppResponses()

  it.each([
    [
      { id: 7, method: 'GET', url: '/a' },
      { id: '7', method: 'GET', url: '/a' },
    ],
    [
      { id: 'req-1', url: '/cut', originalUrl: '/a/cut' },
      { id: 'req-1', url: '/a/cut' },
    ],
    [{ id: {}, method: 7 as never, url: 7 as never }, {}],
    [{ id: true, originalUrl: 7 as never, url: '/a' }, { url: '/a' }],
  ])('%j', (request, told) => {
    expect(tell(request)).toEqual({ id: undefined, method: undefined, url: undefined, ...told })
  })
})
