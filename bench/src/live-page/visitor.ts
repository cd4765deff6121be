// A process of its own: visitor.js <origin> <side>. It asks a few times for something, on connections that
// it closes, and at the side `viewer` then reads the stream of the page, as a browser does. It says when
// that has begun; asked, it says how many batches have come.
import { once } from 'node:events'
import http from 'node:http'

const [origin = '', side] = process.argv.slice(2)

async function get(path: string): Promise<http.IncomingMessage> {
  const request = http.get(`${origin}${path}`, { agent: false })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  return response.setEncoding('utf8')
}

for (const path of ['/orders/1', '/nothing', '/orders/1', '/nothing']) {
  await once((await get(path)).resume(), 'end')
}
let text = ''
if (side === 'viewer') {
  const stream = await get('/tasks/events')
  const { 'content-type': type } = stream.headers
  if (!type?.startsWith('text/event-stream')) {
    throw new Error(`No stream at ${origin}: ${stream.statusCode} ${type}`)
  }
  stream.on('data', (chunk: string) => {
    text += chunk
  })
  await once(stream, 'data')
}
process.once('disconnect', () => process.exit())
process.on('message', () => process.send?.(text.match(/^event: changes$/gm)?.length ?? 0))
process.send?.('begun')
