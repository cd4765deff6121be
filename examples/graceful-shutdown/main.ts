// A service that is stopped by SIGTERM or SIGINT in the middle of its work, and loses none of it.
// npm start --prefix examples/graceful-shutdown
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { buildService } from './app.js'
import { startWarehouse } from './warehouse.js'

const {
  PORT = 3000,
  WAREHOUSE = startWarehouse(3001),
  FOLDER = tmpdir(),
  // Kubernetes kills after 30 s: 5 s to be taken out of the rotation, 20 s to drain, 5 s to spare.
  UNREADY_MS = 5_000,
  DRAIN_MS = 20_000,
} = process.env

const { app, background, setUnready } = buildService({ warehouse: WAREHOUSE, folder: FOLDER })

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : address
  console.log(`curl -i -X POST localhost:${port}/orders/1; kill ${process.pid}`)
})

// Its own limit is the last resort, so it is longer than all that it waits for.
const delay = Number(UNREADY_MS) + Number(DRAIN_MS) + 2_000

closeWithGrace({ delay }, async ({ err }) => {
  if (err) console.error(err)
  setUnready()
  await sleep(Number(UNREADY_MS)) // until the load balancer has noticed and sends nobody any more
  const report = await background.drain({ server, timeout: Number(DRAIN_MS) })
  console.log(`${report.succeeded} tasks done in the drain, ${report.abandoned.length} abandoned`)
  if (!report.ok) throw new Error('The drain was not ok: the lines before say why') // exit code 1
})
