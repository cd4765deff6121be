// Three servers, the live page of their tasks, and a button on it that sends sample traffic.
// npm start
import { startWorker } from '@backgrounder/core/durable'
import { inMemoryEngine } from '@backgrounder/core/testing'
import { monitor } from '@backgrounder/monitor'
import { DRAIN_MS, onError } from './app.js'
import { expressApp } from './apps/express.js'
import { fastifyApp } from './apps/fastify.js'
import { koaApp } from './apps/koa.js'
import { authorize } from './authorize.js'
import { choosePorts } from './ports.js'
import { Traffic } from './traffic.js'
import { invoiceJob } from './work.js'

async function main(): Promise<void> {
  let traffic: Traffic | undefined
  const ports = await choosePorts(process.env.PORT)
  // In memory, so that it starts at once and needs nothing: in an app of yours it is bullmqEngine.
  const engine = inMemoryEngine()
  // There is paper again when the traffic is over: then a dead letter may be retried.
  const invoice = invoiceJob(() => !traffic?.isRunning)
  const worker = await startWorker({ engine, tasks: [invoice], onError })

  const settings = { engine, invoice }
  const express = expressApp(settings)
  const koa = koaApp(settings)
  const fastify = await fastifyApp(settings)
  const apps = [express, koa, fastify]

  const runners = {
    Express: express.runner,
    Koa: koa.runner,
    Fastify: fastify.runner,
    Worker: worker.runner,
  }
  const page = monitor(runners, {
    authorize,
    actions: { 'Send sample traffic': () => traffic?.start() },
  })
  express.app.use('/tasks', page)
  express.app.get('/', (_req, res) => res.redirect('/tasks/'))

  const listening = await Promise.all(apps.map((app, i) => app.listen(ports[i] as number)))
  const urls = listening.map((port) => `http://127.0.0.1:${port}`)
  traffic = new Traffic(urls)
  const [onExpress, onKoa, onFastify] = urls

  const end = async () => {
    const pending = apps.reduce((sum, { runner }) => sum + runner.stats.pending, 0)
    console.log(`waiting for ${pending} tasks`)
    await traffic?.stop()
    const [areDrained, jobs] = await Promise.all([
      Promise.all(apps.map((app) => app.close())),
      worker.close({ timeout: DRAIN_MS }),
    ])
    await engine.close()
    process.exit(areDrained.every(Boolean) && jobs.ok ? 0 : 1)
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)

  console.log(`
  the live page   ${onExpress}/tasks/
                  press "Send sample traffic" there, or add tasks by hand:

  Express         curl -X POST ${onExpress}/signup
  Koa             curl -X POST ${onKoa}/orders/3
  Fastify         curl -X POST ${onFastify}/photos/1

  Ctrl-C waits for what runs, and ends.
`)
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
