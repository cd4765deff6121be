// npm start --prefix examples/bull-board
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startWorker } from '@backgrounder/bullmq'
import { buildService } from './app.js'
import { monthlyReport } from './monthly-report.js'
import { openEngine } from './open-engine.js'

// Without a password of yours there is another one at each start: the board is never open.
const { PORT = 3000, BOARD_PASSWORD = randomUUID() } = process.env

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bull-board-'))
  await writeFile(path.join(folder, '2026-06.csv'), '2026-06-02,120.50\n2026-06-17,79.90\n')
  const report = monthlyReport(folder)
  const engine = openEngine(process.env, path.join(folder, 'jobs'))
  await engine.ready()
  const worker = await startWorker({ engine, tasks: [report] })
  const { app, background } = buildService({ engine, report, password: BOARD_PASSWORD })

  const server = app.listen(Number(PORT), '127.0.0.1', () => {
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : address
    const url = `http://localhost:${port}`
    console.log(`the board: ${url}/board`)
    if (!process.env.BOARD_PASSWORD) console.log(`its password: ${BOARD_PASSWORD}`)
    console.log(`a job that succeeds:       curl -X POST ${url}/reports/2026-06`)
    console.log(`a job that fails for good: curl -X POST ${url}/reports/2026-07`)
    console.log(`what mends that one:       cp ${folder}/2026-06.csv ${folder}/2026-07.csv`)
  })

  process.once('SIGTERM', async () => {
    const { ok } = await background.drain({ server })
    const jobs = await worker.close()
    await engine.close()
    await rm(folder, { recursive: true })
    process.exit(ok && jobs.ok ? 0 : 1)
  })
}

void main()
