import { createHmac } from 'node:crypto'
import { buildApp } from './app.js'

const secret = 'only an example'

const { app, background } = buildApp({
  processEvent: async (event) => console.log('processed', event),
  secret,
})

const server = app.listen(3000, '127.0.0.1', () => {
  const body = '{"type":"paid"}'
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  console.log(`curl -i localhost:3000/webhook -H 'x-signature: ${signature}' -d '${body}'`)
})

process.once('SIGTERM', () => {
  server.close()
  void background.drain() // the process ends by itself once nothing is left to do
})
