import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { connectBare } from '../contract/clients/http1.js'
import type { Framework, Mounted } from './framework.js'
import { frameworks } from './frameworks.js'
import { Trace } from './trace.js'

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
const last = 'GET /ok HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
const post = 'POST /ok HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nADA '

const connections: Record<string, string> = {
  'answers that become ready in another order': get('/slow/30') + get('/slow/1') + last,
  'what fails and what is not found': get('/throws') + get('/rejects') + get('/nowhere') + last,
  'a body that nobody reads': post + get('/later') + last,
  'a request that is no HTTP after one that is answered at once': `${get('/ok')}nonsense\r\n\r\n`,
  'a request that is no HTTP after one that is answered later': `${get('/slow/10')}nonsense\r\n\r\n`,
  'no HTTP between answers': `${get('/later')}${get('/throws')}nonsense\r\n\r\n${last}`,
}

/** Every byte that a client gets which sends all of its requests at once. */
async function bytesOf(framework: Framework, mounted: Mounted, requests: string): Promise<string> {
  const app = await framework.start({ mounted, trace: new Trace(), isPlain: true })
  const received = await text(await connectBare(app.port, requests))
  await app.close()
  return received.replace(/^Date: .*$/gim, 'Date: then').replace(/:\d+\b/g, ':port')
}

describe.each(frameworks)('$name: pipelined answers come in the same order and bytes', (f) => {
  it.each(Object.entries(connections))('%s', async (_, requests) => {
    const bare = await bytesOf(f, 'nothing', requests)
    expect(bare).toContain('HTTP/1.1 ')
    expect(await bytesOf(f, 'the adapter', requests)).toBe(bare)
    expect(await bytesOf(f, 'the adapter, a task on every request', requests)).toBe(bare)
  })
})
