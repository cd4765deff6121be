// npm start --prefix examples/report-fastify
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from './app.js'

async function* readRows(signal: AbortSignal | undefined) {
  yield 'id,name\n'
  for (let id = 1; id <= 50; id++) {
    await sleep(100, undefined, { signal })
    yield `${id},customer ${id}\n`
  }
}

async function start(): Promise<void> {
  const app = await buildApp({ readRows, folder: tmpdir(), timeout: 10_000 })
  process.once('SIGTERM', () => void app.close())
  await app.listen({ port: 3000, host: '127.0.0.1' })
  console.log('curl -i -X POST localhost:3000/reports, and in 5 s the location that it answers')
}

void start()
