// The process that answers. With an embedded store it runs the jobs too: nobody else can.
import { startWorker } from '@backgrounder/bullmq'
import { buildService } from './app.js'
import { welcomeMail } from './mail.js'
import { openStore } from './store.js'

const { PORT = 3000 } = process.env

async function main(): Promise<void> {
  const store = openStore(process.env)
  const { engine, isEmbedded } = store
  const { app, background } = buildService(store)
  await engine.ready() // so that the first sign-up does not wait for a store that is slow to open
  const worker = isEmbedded ? await startWorker({ engine, tasks: [welcomeMail] }) : undefined

  const server = app.listen(Number(PORT), '127.0.0.1', () => {
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : address
    console.log(`web ${process.pid} listens on localhost:${port}`)
  })

  process.once('SIGTERM', async () => {
    const { ok } = await background.drain({ server })
    const jobs = await worker?.close()
    await store.close()
    process.exit(ok && jobs?.ok !== false ? 0 : 1)
  })
}

void main()
