// A process of its own: node next-request.js <framework>. Prints JSON: the latency in ms of a request
// that follows another on the same connection, while no task runs and while one of 200 ms does.
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { backgroundTasks as expressTasks } from '@backgrounder/express'
import { backgroundTasks as fastifyTasks } from '@backgrounder/fastify'
import { backgroundTasks as koaTasks } from '@backgrounder/koa'
import express from 'express'
import createFastify from 'fastify'
import Koa from 'koa'
import { shuffled } from './blocks.js'

const PAIRS = 25
const TASK_MS = 200

const task = () => new Promise((resolve) => setTimeout(resolve, TASK_MS))

const servers: Record<string, () => Promise<http.Server>> = {
  async Koa() {
    const app = new Koa().use(koaTasks())
    app.use((ctx) => {
      if (ctx.path === '/task') ctx.tasks.addTask(task)
      ctx.body = 'ok'
    })
    return http.createServer(app.callback())
  },
  async Fastify() {
    const app = createFastify()
    await app.register(fastifyTasks)
    app.get('/*', (request, reply) => {
      if (request.url === '/task') request.tasks.addTask(task)
      reply.send('ok')
    })
    await app.ready()
    return app.server
  },
  async Express() {
    const app = express().use(expressTasks())
    app.use((req, res) => {
      if (req.url === '/task') res.locals.tasks.addTask(task)
      res.send('ok')
    })
    return http.createServer(app)
  },
}

const server = (await servers[process.argv[2] ?? 'Koa']?.()) as http.Server
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

function get(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const answered = (res: http.IncomingMessage) => res.resume().on('end', resolve)
    http.get({ port, host: '127.0.0.1', path, agent }, answered).on('error', reject)
  })
}

const latencies: Record<string, number[]> = { none: [], task: [] }
for (let i = 0; i < 20; i++) await get('/none')
for (let i = 0; i < PAIRS; i++) {
  for (const path of shuffled(['none', 'task'])) {
    await get(`/${path}`)
    const start = performance.now()
    await get('/next')
    latencies[path]?.push(performance.now() - start)
    await task() // the next measure begins with nothing running
  }
}
console.log(JSON.stringify(latencies))
process.exit(0)
