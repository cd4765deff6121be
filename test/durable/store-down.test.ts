import { bullmqEngine, type EngineOptions, startWorker, type Worker } from '@backgrounder/bullmq'
import { background, type Engine } from '@backgrounder/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOwnServers } from '../../packages/bullmq/test/stores/own-servers.js'
import type { Server } from '../../packages/bullmq/test/stores/server.js'
import { until } from '../../packages/bullmq/test/until.js'
import { request } from '../contract/clients/http1.js'
import type { RunningApp } from '../contract/framework.js'
import { frameworks } from '../contract/frameworks/index.js'
import { ours } from '../contract/row.js'

// A real server is killed under live apps and a live worker, and started again; and apps that start
// while it is down. "Fails fast" needs no clock: acceptTimeout is an hour.

// node:http has no error handling that could answer.
const columns = frameworks
  .map((make) => make('ours'))
  .filter(({ family, isHttp2 }) => family !== 'node' && !isHttp2)

describeOwnServers('a store that is down', ({ start, options }) => tests(start, options))

function tests(start: () => Promise<Server>, options: (url: string) => EngineOptions): void {
  const ran = new Set<string>()
  const accepted = new Set<string>()
  const errors: unknown[] = []
  const task = background((id: string) => void ran.add(id), { name: 'down' })
  const apps = new Map<string, RunningApp>()
  const open = (url: string) => bullmqEngine({ ...options(url), acceptTimeout: 3_600_000 })
  let server: Server
  let engine: Engine
  let worker: Worker

  async function startApps(url: string): Promise<void> {
    engine = open(url)
    for (const framework of columns) {
      const app = await framework.start(
        async (x) => {
          await ours(x).enqueue(task, (x.req.url as string).slice(1))
          x.send('accepted', 202)
        },
        { engine },
      )
      apps.set(framework.name, app)
    }
    worker = await startWorker({ engine, tasks: [task], onError: (error) => errors.push(error) })
  }

  async function stopApps(): Promise<void> {
    for (const app of apps.values()) await app.close()
    await worker.close({ timeout: 1_000 })
    await engine.close()
  }

  let count = 0
  async function ask(framework: string): Promise<number | undefined> {
    const id = `${count++}`
    const { port } = apps.get(framework) as RunningApp
    const { status } = await request(port, { path: `/${id}` })
    if (status === 202) accepted.add(id)
    return status
  }
  const askAll = () => Promise.all(columns.map((framework) => ask(framework.name)))
  const all = (status: number) => columns.map(() => status)

  beforeAll(async () => {
    server = await start()
    await startApps(server.url)
  }, 60_000)
  afterAll(async () => {
    await stopApps()
    await server.kill()
  }, 60_000)

  it('before: each framework answers, and the jobs run', async () => {
    expect(await askAll()).toEqual(all(202))
    await until(() => ran.size === accepted.size)
  })

  it('down: each framework answers 503, and soon; the stats and the dead letters reject', async () => {
    await server.kill()
    expect(await askAll()).toEqual(all(503))
    expect(await askAll()).toEqual(all(503))
    const [app] = apps.values()
    expect(app?.errors.at(-1)).toMatchObject({ code: 'BG_ENQUEUE' })
    await expect(engine.stats()).rejects.toThrow()
    await expect(engine.dead.list()).rejects.toThrow()
  }, 30_000)

  it('down: the worker says so', async () => {
    await until(() => errors.length > 0)
  }, 30_000)

  it('back: each framework answers again, and the worker runs what was accepted', async () => {
    await server.start()
    for (const { name } of columns) await until(async () => (await ask(name)) === 202)
    await until(() => [...accepted].every((id) => ran.has(id)))
  }, 60_000)

  it('down at the start of the apps and of the worker: the same, once it is there', async () => {
    await stopApps()
    await server.kill()
    await startApps(server.url)
    expect(await askAll()).toEqual(all(503))
    await server.start()
    for (const { name } of columns) await until(async () => (await ask(name)) === 202)
    await until(() => [...accepted].every((id) => ran.has(id)))
    expect(worker.stats.succeeded).toBeGreaterThan(0)
  }, 60_000)
}
