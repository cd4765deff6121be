import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  currentTask,
  currentTasks,
  type RequestTasks,
  type Runner,
  type RunnerOptions,
} from '@backgrounder/core'
import * as forExpress from '@backgrounder/express'
import * as forFastify from '@backgrounder/fastify'
import * as forKoa from '@backgrounder/koa'
import express5 from 'express'
import express4 from 'express4'
import createFastify5 from 'fastify'
import createFastify4 from 'fastify4'
import Koa3 from 'koa'
import Koa2 from 'koa2'
import { describe, expect, it, onTestFinished } from 'vitest'

// What §4 of the contract says, through each framework and a real socket.

/** Handles POST /, with the parsed body; what it returns is sent as JSON. */
type Handler = (tasks: RequestTasks, body: unknown) => unknown

type Start = (handler: Handler, options: RunnerOptions) => Promise<Started>

interface Started {
  readonly server: http.Server
  readonly port: number
  readonly runner: Runner
}

async function listen(server: http.Server, runner: Runner): Promise<Started> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, port: (server.address() as AddressInfo).port, runner }
}

const startExpress =
  (express: typeof express5): Start =>
  (handler, options) => {
    const app = express()
    app.set('env', 'test') // so that its error handling writes nothing to stderr
    const background = forExpress.backgroundTasks(options)
    app.use(background, express.json())
    app.post('/', async (req, res, next) => {
      try {
        res.json(await handler(res.locals.tasks, req.body))
      } catch (error) {
        next(error)
      }
    })
    return listen(http.createServer(app), background.runner)
  }

const startKoa =
  (Koa: typeof Koa3): Start =>
  (handler, options) => {
    const app = new Koa()
    app.silent = true
    const background = forKoa.backgroundTasks(options)
    app.use(background)
    app.use(async (ctx) => {
      ctx.body = await handler(ctx.tasks, JSON.parse(await bodyOf(ctx.req)))
    })
    return listen(http.createServer(app.callback()), background.runner)
  }

/** By events, as a body parser of one's own does. */
function bodyOf(req: http.IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => resolve(Buffer.concat(chunks).toString()))
    req.on('error', reject)
  })
}

const startFastify =
  (createFastify: typeof createFastify5): Start =>
  async (handler, options) => {
    const app = createFastify({ forceCloseConnections: true })
    await app.register(forFastify.backgroundTasks, { ...options })
    app.post('/', async (request) => handler(request.tasks, request.body))
    await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => app.close())
    const { server, taskRunner } = app
    return { server, port: (server.address() as AddressInfo).port, runner: taskRunner }
  }

const frameworks: [string, Start][] = [
  ['Express 4', startExpress(express4)],
  ['Express 5', startExpress(express5)],
  ['Koa 2', startKoa(Koa2)],
  ['Koa 3', startKoa(Koa3)],
  ['Fastify 4', startFastify(createFastify4 as typeof createFastify5)],
  ['Fastify 5', startFastify(createFastify5)],
]

const agent = new http.Agent({ keepAlive: true })

/** `beforeBody` is waited for between the headers and the body. */
function post(
  port: number,
  body: unknown = {},
  beforeBody?: Promise<unknown>,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const req = http.request({ port, host: '127.0.0.1', method: 'POST', headers, agent }, (res) => {
      let text = ''
      res.setEncoding('utf8').on('data', (chunk) => (text += chunk))
      res.on('end', () => resolve({ status: res.statusCode as number, text }))
    })
    req.on('error', reject).flushHeaders()
    const end = () => req.end(JSON.stringify(body))
    if (beforeBody) void beforeBody.then(turn).then(end)
    else end()
  })
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const onError = () => {}

describe.each(frameworks)('%s', (_, start) => {
  it('answers a QueueFullError with 503 by its own error handling, and goes on', async () => {
    let end = () => {}
    const gate = new Promise<void>((resolve) => {
      end = resolve
    })
    const { port, runner } = await start(
      (tasks) => {
        tasks.addTask(() => gate)
        return { ok: true }
      },
      { maxPending: 1 },
    )
    expect(await post(port)).toEqual({ status: 200, text: '{"ok":true}' })
    expect((await post(port)).status).toBe(503)
    end()
    await runner.settled()
    expect((await post(port)).status).toBe(200)
    await runner.settled()
    expect(runner.stats).toMatchObject({ succeeded: 2, pending: 0 })
  })

  it('tasks.with({ timeout, retries }): each attempt in its time, the last one is reported', async () => {
    const errors: unknown[] = []
    const attempts: (number | undefined)[] = []
    const reasons: unknown[] = []
    const { port, runner } = await start(
      (tasks) => {
        const retries = { attempts: 2, delay: 0 }
        tasks.with({ name: 'slow', timeout: 10, retries }).addTask(() => {
          const task = currentTask()
          attempts.push(task?.attempt)
          return new Promise<void>((resolve) => {
            task?.signal.addEventListener('abort', () => {
              reasons.push(task.signal.reason)
              resolve()
            })
          })
        })
        return {}
      },
      { onError: (error) => errors.push(error) },
    )
    await post(port)
    await runner.settled()
    expect(attempts).toEqual([1, 2])
    expect(reasons).toMatchObject([{ code: 'BG_TIMEOUT' }, { code: 'BG_TIMEOUT' }])
    expect(errors).toEqual([reasons[1]])
    expect(runner.stats).toMatchObject({ timedOut: 1, overdue: 0, running: 0 })
  })

  it('a task past its time lets the next one of its response start', async () => {
    let end = () => {}
    const { port, runner } = await start(
      (tasks) => {
        const hang = () => new Promise<void>((resolve) => (end = resolve))
        tasks.with({ timeout: 10 }).addTask(hang)
        tasks.addTask(() => end())
        return {}
      },
      { onError },
    )
    await post(port)
    await runner.settled()
    expect(runner.stats).toMatchObject({ timedOut: 1, succeeded: 1 })
  })

  it('tasks.track(promise): reported and waited for', async () => {
    const errors: unknown[] = []
    const { port, runner } = await start(
      (tasks) => {
        tasks.track(turn())
        tasks
          .with({ name: 'upload' })
          .track(turn().then(() => Promise.reject(new Error('no disk'))))
        return {}
      },
      { onError: (error, run) => errors.push([run.name, run.request?.method, error]) },
    )
    await post(port)
    await runner.settled()
    expect(errors).toEqual([['upload', 'POST', new Error('no disk')]])
    expect(runner.stats).toMatchObject({ succeeded: 1, failed: 1, pending: 0 })
  })

  it('currentTasks() is there deep in a handler after its body was parsed, and in a task', async () => {
    const seen: unknown[] = []
    const own = new Map<unknown, RequestTasks>()
    async function deep(number: unknown): Promise<void> {
      await turn()
      await new Promise((resolve) => setTimeout(resolve, 1))
      seen.push(currentTasks() === own.get(number))
      currentTasks()?.addTask(async () => {
        await turn()
        seen.push(currentTasks() === own.get(number))
        const task = currentTask()
        currentTasks()?.addTask(async () => {
          await turn()
          seen.push(currentTasks() === own.get(number))
          seen.push(currentTask() !== task && currentTask()?.request?.method === 'POST')
        })
      })
    }
    const { server, port, runner } = await start(
      async (tasks, body) => {
        const { number } = body as { number: number }
        own.set(number, tasks)
        seen.push(currentTasks() === tasks)
        await deep(number)
        return {}
      },
      { asyncContext: true },
    )
    // More than one at once, and one after the other on a kept connection.
    await Promise.all([1, 2, 3].map((number) => post(port, { number, pad: 'x'.repeat(40_000) })))
    await post(port, { number: 4 })
    // A body that comes later than the headers comes in the async context of the connection.
    await post(port, { number: 5 }, once(server, 'request'))
    await runner.settled()
    expect(own.size).toBe(5)
    expect(seen).toEqual(Array(25).fill(true))
    expect(currentTasks()).toBeUndefined()
  })

  it('currentTasks() is undefined without asyncContext', async () => {
    const seen: unknown[] = []
    const { port } = await start(() => {
      seen.push(currentTasks())
      return {}
    }, {})
    await post(port)
    expect(seen).toEqual([undefined])
  })

  it("waitUntil is given the response's work while the handler runs, and it ends", async () => {
    const steps: string[] = []
    const works: Promise<void>[] = []
    const { port, runner } = await start(
      async (tasks) => {
        tasks.addTask(async () => {
          await turn()
          steps.push('first')
        })
        steps.push('added')
        await turn()
        tasks.addTask(() => steps.push('second'))
        steps.push('handled')
        return {}
      },
      {
        waitUntil(work) {
          steps.push('waitUntil')
          works.push(work.then(() => void steps.push('work done')))
        },
      },
    )
    await post(port)
    await Promise.all(works)
    expect(steps).toEqual(['waitUntil', 'added', 'handled', 'first', 'second', 'work done'])
    expect(runner.stats.pending).toBe(0)
  })

  it('cancel() of what the handler has added: it never runs', async () => {
    const seen: string[] = []
    const { port, runner } = await start((tasks) => {
      const run = tasks.addTask(() => seen.push('cancelled'))
      tasks.addTask(() => seen.push('other'))
      run.cancel()
      return {}
    }, {})
    await post(port)
    await runner.settled()
    expect([seen, runner.stats.cancelled]).toEqual([['other'], 1])
  })
})
