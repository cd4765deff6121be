import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { backgroundTasks } from '@backgrounder/fastify'
import fastify5, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import fastify4 from 'fastify4'
import { describe, expect, it } from 'vitest'
import { connectBare } from '../contract/clients/http1.js'
import { addTask, later, type Mounted } from './framework.js'
import { frameworks } from './frameworks.js'
import { Trace } from './trace.js'

const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`
const withoutDate = (answer: string) => answer.replace(/^Date: .*$/gim, 'Date: then')

/** What happens while an app closes, each step with how many of its connections are open. */
class Steps {
  readonly taken: string[] = []
  readonly #sockets: Socket[] = []

  constructor(server: Server) {
    server.on('connection', (socket) => this.#sockets.push(socket))
    server.on('close', () => this.add('the server is closed'))
  }

  add(step: string): void {
    this.taken.push(`${step} · ${this.#sockets.filter(({ destroyed }) => !destroyed).length} open`)
  }
}

/** Sends a request on a connection that stays open, until its answer has come. */
async function ask(client: Socket, path: string): Promise<string> {
  client.write(get(path))
  return withoutDate(String((await once(client, 'data'))[0]))
}

describe.each(frameworks)('$name: an app that closes takes the same steps', (f) => {
  async function stepsOf(mounted: Mounted): Promise<string[]> {
    const app = await f.start({ mounted, trace: new Trace() })
    const steps = new Steps(app.server)
    const idle = await connectBare(app.port, '')
    await ask(idle, '/ok')
    const busy = await connectBare(app.port, get('/slow/150', 'Connection: close\r\n'))
    await once(app.server, 'request')
    const closed = app.close().then(() => steps.add('close() is done'))
    const answer = withoutDate(await text(busy))
    await closed
    idle.destroy()
    return [...steps.taken, answer]
  }

  it('with an idle connection and a request in flight', async () => {
    const bare = await stepsOf('nothing')
    expect(bare.join('\n')).toContain('the server is closed')
    expect(await stepsOf('the adapter')).toEqual(bare)
    expect(await stepsOf('the adapter, a task on every request')).toEqual(bare)
  })
})

interface Scenario {
  readonly settings?: FastifyServerOptions
  readonly onClose?: () => Promise<void>
  /** With a client whose connection has been idle since its answer. */
  readonly preClose?: (client: Socket, steps: Steps) => Promise<void>
}

const fail = (message: string) => async () => {
  throw new Error(message)
}

const scenarios: Record<string, Scenario> = {
  'with an idle connection': {},
  'with an idle connection, and a preClose that takes its time': { preClose: () => later(350) },
  'with a connection that asks again while a preClose takes its time': {
    async preClose(client, steps) {
      await later(200)
      steps.add(await ask(client, '/'))
    },
  },
  'with a preClose that outlasts the pluginTimeout': {
    settings: { pluginTimeout: 100 },
    preClose: () => new Promise(() => {}),
  },
  'with a preClose that fails': { preClose: fail('in preClose') },
  'with an onClose that fails': { onClose: fail('in onClose') },
  'with forceCloseConnections': { settings: { forceCloseConnections: true } },
  'with return503OnClosing: false': { settings: { return503OnClosing: false } },
}

/** The hooks of an app's life, each with a callback and async. */
function markHooks(app: FastifyInstance, steps: Steps, where: string): void {
  app.addHook('onRoute', ({ url }) => steps.add(`onRoute ${where}: ${url}`))
  app.addHook('onRegister', () => steps.add(`onRegister ${where}`))
  for (const name of ['onReady', 'onListen', 'preClose'] as const) {
    app.addHook(name as 'preClose', (done) => {
      steps.add(`${name} ${where}`)
      done()
    })
    app.addHook(name as 'preClose', async () => void steps.add(`async ${name} ${where}`))
  }
  app.addHook('onClose', (_app, done) => {
    steps.add(`onClose ${where}`)
    done()
  })
  app.addHook('onClose', async () => void steps.add(`async onClose ${where}`))
}

describe.each([
  ['Fastify 4', fastify4],
  ['Fastify 5', fastify5],
])('%s: its start and its close take the same steps', (_, createFastify) => {
  async function stepsOf({ settings, preClose, onClose }: Scenario, mounted: Mounted) {
    const app = createFastify({ ...settings })
    const steps = new Steps(app.server)
    markHooks(app, steps, 'before')
    if (mounted !== 'nothing') await app.register(backgroundTasks)
    markHooks(app, steps, 'after')
    if (onClose) app.addHook('onClose', onClose)
    if (preClose) {
      app.addHook('preClose', async () => {
        await preClose(client, steps)
        steps.add('the preClose that took its time is over')
      })
    }
    await app.register(async (child) => markHooks(child, steps, 'in a child'))
    app.get('/', async (request) => {
      addTask(mounted, () => request.tasks)
      return 'ok'
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const client = await connectBare((app.server.address() as AddressInfo).port, '')
    await ask(client, '/')
    await app.close().then(
      () => steps.add('close() is done'),
      (error) => steps.add(`close() has failed: ${error.code} ${error.message}`),
    )
    client.destroy()
    return steps.taken
  }

  it.concurrent.each(Object.entries(scenarios))('%s', async (_name, scenario) => {
    const bare = await stepsOf(scenario, 'nothing')
    expect(bare.join('\n')).toContain('close()')
    expect(await stepsOf(scenario, 'the adapter')).toEqual(bare)
    expect(await stepsOf(scenario, 'the adapter, a task on every request')).toEqual(bare)
  })
})
