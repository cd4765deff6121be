import { createHook } from 'node:async_hooks'
import http from 'node:http'
import { Duplex } from 'node:stream'
import { backgroundTasks as express5Tasks } from '@backgrounder/express'
import { backgroundTasks as fastifyTasks } from '@backgrounder/fastify'
import { collectTasks, createRunner } from '@backgrounder/http'
import { backgroundTasks as koaTasks } from '@backgrounder/koa'
import express from 'express'
import createFastify from 'fastify'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'

// A request that adds no task gets no listener, no async resource and no promise: counted, on the
// real HTTP parser and the real framework over a connection in memory, against the same server bare.

interface Counts {
  /** Async resources by type; promises are among them. */
  resources: Record<string, number>
  listeners: Record<string, number>
}

type Seen = (res: http.ServerResponse) => void
type Build = (seen: Seen, ours: boolean) => http.Server | Promise<http.Server>

const builds: Record<string, Build> = {
  'node:http'(seen, ours) {
    const runner = createRunner()
    return http.createServer((req, res) => {
      if (ours) collectTasks(req, res, runner)
      seen(res)
      res.end('ok')
    })
  },
  Express(seen, ours) {
    const app = express()
    // The bare one has a middleware too: what is counted is ours and not Express's for a layer.
    app.use(ours ? express5Tasks() : (_req, _res, next) => next())
    app.get('/', (_req, res) => {
      seen(res)
      res.send('ok')
    })
    return http.createServer(app)
  },
  Koa(seen, ours) {
    const app = new Koa()
    app.use(ours ? koaTasks() : (_ctx, next) => next())
    app.use((ctx) => {
      seen(ctx.res)
      ctx.body = 'ok'
    })
    return http.createServer(app.callback())
  },
  async Fastify(seen, ours) {
    const app = createFastify()
    if (ours) await app.register(fastifyTasks)
    else app.addHook('onRequest', (_request, _reply, done) => done())
    app.get('/', (_request, reply) => {
      seen(reply.raw)
      reply.send('ok')
    })
    await app.ready()
    return app.server
  },
}

/** One end of a connection in memory; `received` resolves with each answer that has come whole. */
class Connection extends Duplex {
  #text = ''
  #resolve: (text: string) => void = () => {}

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#text += chunk
    if (this.#text.endsWith('ok')) this.#resolve(this.#text)
    done()
  }

  ask(): Promise<string> {
    this.#text = ''
    const answer = new Promise<string>((resolve) => {
      this.#resolve = resolve
    })
    this.push('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return answer
  }
}

async function countOnce(build: Build, ours: boolean): Promise<Counts> {
  const counts: Counts = { resources: {}, listeners: {} }
  const server = await build((res) => {
    const emitters = { req: res.req, res, socket: res.req.socket }
    for (const [name, emitter] of Object.entries(emitters)) {
      for (const event of emitter.eventNames()) {
        counts.listeners[`${name} ${String(event)}`] = emitter.listenerCount(event)
      }
    }
  }, ours)
  const connection = new Connection()
  server.emit('connection', connection)
  for (let i = 0; i < 10; i++) await askAndSettle(connection)
  const hook = createHook({
    init(_id, type) {
      counts.resources[type] = (counts.resources[type] ?? 0) + 1
    },
  })
  hook.enable()
  for (let i = 0; i < 10; i++) await askAndSettle(connection)
  hook.disable()
  connection.destroy()
  server.close()
  return counts
}

/** The least of several counts: whatever else the process does can only add to one. */
async function count(build: Build, ours: boolean): Promise<Counts> {
  const least = await countOnce(build, ours)
  for (let round = 0; round < 4; round++) {
    const { resources } = await countOnce(build, ours)
    for (const type of Object.keys({ ...least.resources, ...resources })) {
      const fewer = Math.min(least.resources[type] ?? 0, resources[type] ?? 0)
      if (fewer === 0) delete least.resources[type]
      else least.resources[type] = fewer
    }
  }
  return least
}

async function askAndSettle(connection: Connection): Promise<void> {
  expect(await connection.ask()).toContain('200 OK')
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe.each(Object.entries(builds))('%s', (_name, build) => {
  it('a request that adds no task costs no listener, no async resource and no promise', async () => {
    const bare = await count(build, false)
    const ours = await count(build, true)
    expect(bare.resources.PROMISE).toBeGreaterThan(0)
    expect(ours).toEqual(bare)
  })
})

it('and the count sees what a task costs', async () => {
  const bare = await count(builds['node:http'] as Build, false)
  const runner = createRunner()
  const ours = await count(
    (seen) =>
      http.createServer((req, res) => {
        collectTasks(req, res, runner).addTask(() => {})
        seen(res)
        res.end('ok')
      }),
    true,
  )
  expect(ours.resources.BackgroundTask).toBe(10)
  expect(ours.listeners['res finish']).toBe((bare.listeners['res finish'] ?? 0) + 1)
})
