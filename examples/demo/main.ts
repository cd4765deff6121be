import { sendClients, warmUp } from './clients.js'
import { Ledger, type Span } from './ledger.js'
import { sabotage } from './sabotage.js'
import { startExpress } from './servers/express.js'
import { startFastify } from './servers/fastify.js'
import { startKoa } from './servers/koa.js'
import { drawTimeline, legend } from './timeline.js'
import { addUp, countTotals, drawTotals, type Totals } from './totals.js'

const servers = { Express: startExpress, Koa: startKoa, Fastify: startFastify }

async function main(): Promise<void> {
  const tamper = sabotage(process.env.DEMO_BREAK)
  const totals: Record<string, Totals> = {}
  console.log(legend)
  for (const [name, startServer] of Object.entries(servers)) {
    const ledger = new Ledger(tamper)
    const { port, close } = await startServer(ledger)
    await warmUp(port)
    ledger.open()
    await sendClients(port, ledger)
    const closing: Span = { start: ledger.now() }
    await close()
    closing.end = ledger.now()
    console.log(drawTimeline(name, ledger, closing))
    totals[name] = countTotals(ledger)
  }
  const total = addUp(Object.values(totals))
  console.log(drawTotals({ ...totals, total }))
  const isRight = total.lost === 0 && total.twice === 0
  const wrong = `${total.lost} lost, ${total.twice} ran twice: that must not happen.`
  console.log(`\n  ${isRight ? 'Nothing was lost, nothing ran twice.' : wrong}`)
  // Not process.exit: nothing may be left that keeps the process alive.
  process.exitCode = isRight ? 0 : 1
}

void main()
