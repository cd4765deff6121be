// The process that runs the jobs of a store that is a server: as many of them as you like.
import { startWorker } from '@backgrounder/bullmq'
import { welcomeMail } from './mail.js'
import { openStore } from './store.js'

async function main(): Promise<void> {
  const store = openStore(process.env)
  const worker = await startWorker({ engine: store.engine, tasks: [welcomeMail] })
  console.log(`worker ${process.pid} runs`)

  process.once('SIGTERM', async () => {
    const { ok } = await worker.close() // what still runs then is delivered to another one
    await store.close()
    process.exit(ok ? 0 : 1)
  })
}

void main()
