// A process of its own: viewer.js. For each URL of a stream that it is sent it reads that, as a browser
// does, and says when it has begun; for `end` it goes away, and says how many events it has seen.
import { once } from 'node:events'
import http from 'node:http'

async function look(url: string): Promise<void> {
  const request = http.get(url)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const { 'content-type': type } = response.headers
  if (!type?.startsWith('text/event-stream')) {
    throw new Error(`No stream at ${url}: ${response.statusCode} ${type}`)
  }
  let events = 0
  response.setEncoding('utf8').on('data', (text: string) => {
    events += text.split('\nevent:').length - 1
  })
  response.on('error', () => {}) // it goes away in the midst of it
  await once(response, 'data')
  process.once('message', () => {
    request.destroy()
    process.send?.(events)
    wait()
  })
  process.send?.('begun')
}

function wait(): void {
  process.once('message', (url: string) => void look(url)) // what it throws ends the process
}

process.once('disconnect', () => process.exit())
wait()
