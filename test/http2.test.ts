import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { backgroundTasks as fastifyTasks } from '@backgrounder/fastify'
import { collectTasks, createRunner, currentTask, type Outcome } from '@backgrounder/http'
import { backgroundTasks as koaTasks } from '@backgrounder/koa'
import createFastify from 'fastify'
import Koa from 'koa'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from './contract/row.js'

// Express 5 does not speak HTTP/2; node:http2's compatibility API, Koa and Fastify do.

type Seen = (outcome: Outcome | undefined) => void

const servers: Record<string, (seen: Seen) => Promise<http2.Http2Server>> = {
  async 'node:http2'(seen) {
    const runner = createRunner()
    return http2.createServer((req, res) => {
      collectTasks(req, res, runner).addTask(() => seen(currentTask()?.outcome))
      if (req.url === '/hangs') res.write('a beginning')
      else res.end('ok')
    })
  },
  async Koa(seen) {
    const app = new Koa().use(koaTasks())
    app.use((ctx) => {
      ctx.tasks.addTask(() => seen(currentTask()?.outcome))
      ctx.body = 'ok'
      if (ctx.path === '/hangs') return new Promise(() => {})
      return undefined
    })
    return http2.createServer(app.callback())
  },
  async Fastify(seen) {
    const app = createFastify({ http2: true })
    await app.register(fastifyTasks)
    app.get('/*', (request, reply) => {
      request.tasks.addTask(() => seen(currentTask()?.outcome))
      if (request.url !== '/hangs') reply.send('ok')
    })
    await app.ready()
    return app.server
  },
}

let stop = () => {}
afterEach(() => stop())

describe.each(Object.entries(servers))('HTTP/2 on %s', (_name, build) => {
  async function ask(
    path: string,
  ): Promise<{ stream: http2.ClientHttp2Stream; outcomes: unknown[] }> {
    const outcomes: unknown[] = []
    const server = await build((outcome) => outcomes.push(outcome))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    stop = () => {
      client.destroy()
      server.close()
    }
    const stream = client.request({ ':path': path })
    stream.on('error', () => {}).resume()
    return { stream, outcomes }
  }

  it('once, sent', async () => {
    const { outcomes } = await ask('/')
    await until(() => outcomes.length > 0)
    expect(outcomes).toEqual([{ sent: true, status: 200 }])
  })

  it('a stream that the client resets: once, not sent', async () => {
    const { stream, outcomes } = await ask('/hangs')
    setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), 50)
    await until(() => outcomes.length > 0)
    expect(outcomes).toEqual([expect.objectContaining({ sent: false })])
  })
})
