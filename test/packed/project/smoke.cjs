// Runs in a project outside of the workspace, on what was packed; `modules` is what that project
// has imported or required. Prints one line for each framework.
const assert = require('node:assert/strict')
const { once } = require('node:events')
const { mkdtemp, rm } = require('node:fs/promises')
const { createServer } = require('node:http')
const os = require('node:os')
const path = require('node:path')

const frameworks = {
  express({ express, adapter }, handle) {
    const app = express()
    const middleware = adapter.backgroundTasks()
    app.use(middleware)
    app.get('/', (_req, res) => {
      handle(res.locals.tasks, adapter.getTasks(res), res)
      res.send('ok')
    })
    return listening(app.listen(0, '127.0.0.1'), middleware)
  },
  koa({ Koa, adapter }, handle) {
    const app = new Koa()
    const middleware = adapter.backgroundTasks()
    app.use(middleware)
    app.use((ctx) => {
      handle(ctx.tasks, adapter.getTasks(ctx), ctx.res)
      ctx.body = 'ok'
    })
    return listening(app.listen(0, '127.0.0.1'), middleware)
  },
  async fastify({ fastify, adapter }, handle) {
    const app = fastify()
    await app.register(adapter.backgroundTasks)
    app.get('/', (request, reply) => {
      handle(request.tasks, adapter.getTasks(request), reply.raw)
      reply.send('ok')
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { url, runner: app.taskRunner, close: () => app.close() }
  },
  hono({ Hono, createAdaptorServer, adapter }, handle) {
    const app = new Hono()
    const middleware = adapter.backgroundTasks()
    app.use(middleware)
    app.get('/', (c) => {
      handle(c.var.tasks, adapter.getTasks(c), c.env.outgoing)
      return c.text('ok')
    })
    return listening(createAdaptorServer(app).listen(0, '127.0.0.1'), middleware)
  },
}

async function listening(server, { runner, drain }) {
  if (!server.listening) await once(server, 'listening')
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeIdleConnections()
    await closed
    assert.equal((await drain()).ok, true)
  }
  return { url: `http://127.0.0.1:${server.address().port}`, runner, close }
}

async function serve(name, modules) {
  const events = []
  const { url, runner, close } = await frameworks[name](modules, (tasks, same, res) => {
    assert.equal(tasks, same)
    res.on('finish', () => events.push('response'))
    tasks.addTask((event) => events.push(event), 'task')
    events.push('handler')
  })
  const response = await fetch(url)
  assert.equal(await response.text(), 'ok')
  await close()
  const { pending, succeeded } = runner.stats
  return `${name}: ${events.join(', ')}; ${pending} pending, ${succeeded} succeeded`
}

/** A job of the embedded store, and the worker that runs it. */
async function durable({ bullmqEngine, startWorker }, { background, createRunner }) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'backgrounder-smoke-'))
  const engine = bullmqEngine({ embedded: path.join(folder, 'jobs') })
  const events = []
  const task = background((event) => events.push(event), { name: 'smoke' })
  await engine.ready()
  await createRunner({ engine }).enqueue(task, 'run')
  events.push('stored')
  const worker = await startWorker({ engine, tasks: [task] })
  while (worker.stats.succeeded === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal((await worker.close()).ok, true)
  await engine.close()
  await rm(folder, { recursive: true })
  return `durable: ${events.join(', ')}`
}

/** A function of a file, in a thread: as a task, and called for its result. */
async function threads({ threaded, file }, { createRunner }) {
  const where = threaded(file).export('where')
  const runner = createRunner()
  const seen = new Int32Array(new SharedArrayBuffer(8))
  await runner.addTask(where, seen).done
  assert.deepEqual([...seen], [1, 1], 'a thread, and the first attempt of its task')
  const drained = await runner.drain()
  assert.equal(drained.ok, true)
  return `threads: a task, ${await where.func(seen)}`
}

/** A task in the trace of what has added it. */
async function telemetry(
  { BackgrounderInstrumentation, NodeSDK, tracing, trace },
  { createRunner },
) {
  const exporter = new tracing.InMemorySpanExporter()
  const sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [new BackgrounderInstrumentation()],
  })
  sdk.start()
  const runner = createRunner()
  trace.getTracer('smoke').startActiveSpan('request', (span) => {
    runner.addTask(async function mail() {})
    span.end()
  })
  await runner.drain()
  const [request, task] = exporter.getFinishedSpans()
  assert.equal(task.parentSpanContext.spanId, request.spanContext().spanId)
  await sdk.shutdown()
  return `otel: ${request.name} > ${task.name}`
}

/** The page, and that it knows of a task. */
async function watch({ monitor }, { createRunner }) {
  const runner = createRunner()
  const page = monitor(runner, { authorize: () => 'read' })
  const server = createServer(page).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}/`
  const text = await (await fetch(url)).text()
  assert.match(text, /^<!doctype html>/)
  await runner.addTask(() => {}).done
  const events = (await fetch(`${url}events`)).body.pipeThrough(new TextDecoderStream())
  let told = ''
  for await (const part of events) {
    told += part
    if (told.includes('"succeeded":1')) break
  }
  page.close()
  assert.equal((await runner.drain({ server })).ok, true)
  return 'monitor: a page, and a task on it'
}

/** Every export of core is, through an adapter, the same object: there is one copy of core. */
function countSame(core, adapter) {
  // What `import` adds to the names of a CommonJS module; the second since Node 23.
  const added = ['default', 'module.exports']
  const names = Object.keys(core).filter((name) => !added.includes(name))
  assert.ok(names.includes('Task') && names.includes('createRunner'))
  for (const name of names) assert.equal(adapter[name], core[name], name)
  return names.length
}

exports.smoke = async function smoke(loaded) {
  const { core, http, bullmq, threading, otel, monitoring, ...modules } = loaded
  console.log(`node ${process.versions.node.split('.')[0]}`)
  const count = countSame(core, http)
  for (const name of ['express', 'koa', 'fastify', 'hono']) {
    assert.equal(countSame(core, modules[name].adapter), count)
    console.log(await serve(name, modules[name]))
  }
  console.log(await durable(bullmq, core))
  console.log(await threads(threading, core))
  console.log(await telemetry(otel, core))
  console.log(await watch(monitoring, core))
  console.log('one core')
}
