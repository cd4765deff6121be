// A function on a platform that freezes the process once it has answered. With `waitUntil` the work
// after the answer is done before that; without, it is lost.
// npm start --prefix examples/wait-until
import { once } from 'node:events'
import http from 'node:http'
import { Instance } from './platform.js'

async function main(): Promise<void> {
  // Stands in for a mail service that takes half a second.
  const mails = http.createServer((_req, res) => void setTimeout(() => res.end(), 500))
  await once(mails.listen(3001, '127.0.0.1'), 'listening')

  for (const how of ['without', 'with'] as const) {
    const instance = new Instance('http://127.0.0.1:3001', how)
    const event = { method: 'POST', url: '/signup', body: { email: 'ada@example.com' } } as const
    const { statusCode } = await instance.invoke(event)
    await instance.frozen()
    const printed = await instance.throwAway()
    console.log(`${how} waitUntil: answered ${statusCode}, ${printed.trim() || 'the work is lost'}`)
  }
  mails.close()
  mails.closeAllConnections()
}

void main()
