// A process of its own: viewer.js. It reads the stream whose URL it is sent, as a browser does, and says
// when that has begun; for `end` it goes away, and says how many batches have come.
import { once } from 'node:events'
import http from 'node:http'

async function look(url: string): Promise<void> {
  const request = http.get(url)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  const { 'content-type': type } = response.headers
  if (!type?.startsWith('text/event-stream')) {
    throw new Error(`No stream at ${url}: ${response.statusCode} ${type}`)
  }
  let text = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  response.on('error', () => {}) // it goes away in the midst of it
  await once(response, 'data')
  process.once('message', () => {
    request.destroy()
    process.send?.(text.match(/^event: changes$/gm)?.length ?? 0)
    wait()
  })
  process.send?.('begun')
}

function wait(): void {
  process.once('message', (url: string) => void look(url)) // what it throws ends the process
}

process.once('disconnect', () => process.exit())
wait()
