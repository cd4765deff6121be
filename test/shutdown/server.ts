import diagnostics from 'node:diagnostics_channel'
import {
  type DrainEvent,
  type DrainReport,
  defaultRunner,
  type SettledState,
} from '@backgrounder/core'
import { type App, type AppOptions, type FrameworkName, startApp } from './apps.js'
import { callDefinition, open, routes, tell } from './work.js'

// The child: a server that is stopped by signals, in the way of docs/shutdown.md. It exits by itself
// when its drain is ok: whatever we left behind would keep it alive, and the test would time out.

async function main(name: FrameworkName, options: AppOptions): Promise<void> {
  const app = await startApp(name, (exchange) => routes[exchange.path]?.(exchange), options)
  app.server.keepAliveTimeout = 3_600_000 // no connection ends by itself
  process.on('message', (message: { open?: string; call?: string; passes?: number }) => {
    if (message.open) open(message.open)
    if (message.call) callDefinition(message.call)
    const { passes } = message
    if (passes) setTimeout(() => tell(`${passes} ms later`), passes)
  })
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1)
      isStopping = true
      void stop(app, options)
    })
  }
  process.send?.({ port: app.port })
}

async function stop(app: App, { timeout }: AppOptions): Promise<void> {
  const { server } = app
  const stopped = app.drain ? app.drain({ server, timeout }) : close(app)
  // Fastify's close gets there in some turns of the event loop.
  while (server.listening) await new Promise((resolve) => setImmediate(resolve))
  tell('refuses connections')
  const report = await stopped
  console.log(JSON.stringify(report))
  if (!report.ok) process.exit(1)
  process.disconnect()
}

/** What Fastify's close came to: its drain begins when its server has closed, so by all it has done. */
async function close(app: App): Promise<DrainReport> {
  const drains: DrainReport[] = []
  diagnostics.subscribe('backgrounder.drain', (event) => {
    const { report } = event as DrainEvent
    if (report) drains.push(report)
  })
  await app.close?.()
  const runners = [app.runner.stats, defaultRunner().stats]
  const sum = (state: Exclude<SettledState, 'abandoned'>) =>
    runners.reduce((total, stats) => total + stats[state], 0)
  return {
    ok: drains.length > 0 && drains.every(({ ok }) => ok),
    succeeded: sum('succeeded'),
    failed: sum('failed'),
    timedOut: sum('timedOut'),
    cancelled: sum('cancelled'),
    skipped: sum('skipped'),
    handedOff: sum('handedOff'),
    abandoned: drains.flatMap(({ abandoned }) => abandoned),
  }
}

const [, , name, options] = process.argv
void main(name as FrameworkName, JSON.parse(options as string))
