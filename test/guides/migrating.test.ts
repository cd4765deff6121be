import http from 'node:http'
import type { AddressInfo } from 'node:net'
import onFinished from 'on-finished'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../contract/clients/http1.js'
import { turns, until } from '../contract/row.js'
import { runNode } from './child.js'

// docs/migrating-from-*.md: what is said there of what people come from. test/why-not-on-finished and
// the contract's naive adapter show the rest.

const get = 'http.get({ port: server.address().port, agent: false }, (res) => res.resume())'

/** A server that does this with its response, asked once; the process ends well unless it breaks. */
const serve = (handle: string) => `
const http = require('node:http')
const onFinished = require('on-finished')
const server = http.createServer((req, res) => {
  ${handle}
  res.end('ok', () => setTimeout(() => server.close(), 100))
}).listen(0, () => ${get})
`

const fails = 'async () => { throw new Error("no route") }'
const throws = '() => { throw new Error("no route") }'

describe('the process ends with the error', () => {
  it.each([
    ['of a promise that nobody awaits', `void (${fails})()`],
    ['that is thrown in setImmediate', `setImmediate(${throws})`],
    ['that is thrown in process.nextTick', `process.nextTick(${throws})`],
    ["that a listener of res.on('finish') throws", `res.on('finish', ${throws})`],
    ["that a listener of res.on('finish') rejects with", `res.on('finish', ${fails})`],
    ['that a listener of on-finished throws', `onFinished(res, ${throws})`],
    ['that a listener of on-finished rejects with', `onFinished(res, ${fails})`],
  ])('%s', async (_, handle) => {
    const { code, stderr } = await runNode(['--eval', serve(handle)])
    expect(code).toBe(1)
    expect(stderr).toContain('Error: no route')
  })

  it('and ends well without it', async () => {
    expect(await runNode(['--eval', serve('')])).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it("but not with that of Fastify's onResponse, which goes to its log", async () => {
    const { code, stdout } = await runNode([
      '--eval',
      `
const app = require('fastify')({ logger: { level: 'error' } })
app.addHook('onResponse', ${fails})
app.get('/', async () => 'ok')
app.inject('/').then(() => setTimeout(() => app.close(), 100))
`,
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('no route')
  })
})

async function listen(handler: http.RequestListener): Promise<number> {
  const server = http.createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

describe("res.on('finish')", () => {
  it('never fires when the client has left before the answer', async () => {
    const events: string[] = []
    const port = await listen((_req, res) => {
      for (const event of ['finish', 'close']) res.on(event, () => events.push(event))
      events.push('handled')
    })
    const socket = await connect(port, '/')
    await until(() => events.length > 0)
    socket.destroy()
    await until(() => events.length > 1)
    await turns(100)
    expect(events).toEqual(['handled', 'close'])
  })

  it('never fires for one that is attached when the response is over; on-finished does', async () => {
    const events: string[] = []
    const port = await listen((_req, res) => {
      res.end('ok')
      res.on('close', () => {
        res.on('finish', () => events.push('finish'))
        onFinished(res, () => events.push('on-finished'))
      })
    })
    await fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())
    await until(() => events.length > 0)
    await turns(100)
    expect(events).toEqual(['on-finished'])
  })

  it('never fires for an answer that is queued when its pipelined connection dies', async () => {
    const finished: string[] = []
    let handled = 0
    const port = await listen((req, res) => {
      res.on('finish', () => finished.push(req.url ?? ''))
      handled += 1
      if (req.url === '/2') res.end('queued behind the first, which never answers')
    })
    const socket = await connect(port, '/1', '/2')
    await until(() => handled === 2)
    socket.resetAndDestroy()
    await turns(100)
    expect(finished).toEqual([])
  })
})
