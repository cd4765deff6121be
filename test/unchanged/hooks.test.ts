import { request as send } from 'node:http'
import { describe, expect, it } from 'vitest'
import { until } from '../contract/row.js'
import type { Framework, Mounted } from './framework.js'
import { frameworks } from './frameworks.js'
import { Trace } from './trace.js'

const requests = [
  'GET /ok',
  'POST /ok',
  'HEAD /ok',
  'GET /later',
  'GET /throws',
  'GET /rejects',
  'GET /nowhere',
]

/** What an app does for a request and answers to it, each step with its turn and its microtask. */
async function traceOf(framework: Framework, mounted: Mounted, request: string) {
  const trace = new Trace()
  const app = await framework.start({ mounted, trace })
  const answer = await ask(app.port, request)
  await until(() => trace.steps.includes('close'))
  await app.close()
  return [...trace.steps, answer]
}

function ask(port: number, request: string): Promise<string> {
  const [method, path] = request.split(' ')
  const headers = { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const req = send({ host: '127.0.0.1', port, method, path, headers, agent: false }, (res) => {
      let body = ''
      res.setEncoding('utf8').on('data', (chunk) => (body += chunk))
      const names = res.rawHeaders.filter((_, i) => i % 2 === 0)
      res.on('end', () => resolve(`${res.statusCode} ${names} ${body}`))
    })
    req.on('error', reject).end(method === 'POST' ? '{"name":"Ada"}' : undefined)
  })
}

describe.each(frameworks)('$name: middleware and hooks in their order, turn and microtask', (f) => {
  it.each(requests)('%s', async (request) => {
    const bare = await traceOf(f, 'nothing', request)
    expect(bare.length).toBeGreaterThan(3)
    expect(await traceOf(f, 'the adapter', request)).toEqual(bare)
    expect(await traceOf(f, 'the adapter, a task on every request', request)).toEqual(bare)
  })
})
