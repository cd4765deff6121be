import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { collectTasks, createRunner, currentTask, type Outcome } from '@backgrounder/http'
import { afterEach, expect, it, vi } from 'vitest'

let server: http2.Http2Server
let client: http2.ClientHttp2Session
afterEach(() => {
  client.destroy()
  server.close()
})

async function serve(handler: (res: http2.Http2ServerResponse) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const runner = createRunner()
  server = http2.createServer((req, res) => {
    collectTasks(req, res, runner).addTask(() => outcomes.push(currentTask()?.outcome as Outcome))
    handler(res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return outcomes
}

it('HTTP/2: once, sent, after the stream has ended', async () => {
  const outcomes = await serve((res) => res.end('ok'))
  client.request({ ':path': '/' }).resume()
  await vi.waitFor(() => expect(outcomes).toEqual([{ sent: true, status: 200 }]))
})

it('HTTP/2: a stream that the client resets is not sent', async () => {
  const outcomes = await serve((res) => res.write('a beginning'))
  const stream = client.request({ ':path': '/' })
  stream.on('error', () => {})
  stream.on('response', () => stream.close(http2.constants.NGHTTP2_CANCEL))
  await vi.waitFor(() => expect(outcomes).toEqual([{ sent: false, status: 200 }]))
})
