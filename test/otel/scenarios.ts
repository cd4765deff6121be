import http from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import { background, createRunner, type Engine, Task, Tasks } from '@backgrounder/core'
import { startWorker } from '@backgrounder/core/durable'
import { trace } from '@opentelemetry/api'
import { type App, ask, type FrameworkName, portOf, starters, startMailServer } from './apps.js'

interface Given {
  readonly framework: FrameworkName
  readonly folder: string
}

/** What one request does, on an app whose tasks have a mail server to ask. */
type Handler = Parameters<(typeof starters)['express']>[0]

const quiet = { onError() {}, logger: { error() {} } }

async function oneRequest(
  { framework }: Given,
  handler: (mail: (path?: string) => Promise<void>) => Handler,
  options = {},
  // What is not the app's own, and asks the mail server too.
  other = createRunner(),
): Promise<void> {
  const server = await startMailServer()
  const mail = async (path = '/mail') => {
    const answer = await fetch(`http://127.0.0.1:${portOf(server)}${path}`)
    await answer.text()
    if (!answer.ok) throw Object.assign(new Error('refused'), { code: 'E_REFUSED' })
  }
  const app: App = await starters[framework](handler(mail), { ...quiet, ...options })
  await ask(app.port, '/signup')
  await app.close()
  await other.drain()
  server.close()
}

export const scenarios = {
  async oneTask(given: Given) {
    await oneRequest(given, (mail) => (tasks) => {
      tasks.addTask(async function welcomeMail() {
        await after(5)
        await mail()
      })
    })
  },

  /** The older way to ask: `http.get`, after an await. */
  async byHttp(given: Given) {
    const server = await startMailServer()
    const get = () =>
      new Promise<void>((resolve, reject) => {
        http
          .get({ port: portOf(server), path: '/mail', agent: false }, (answer) => {
            answer.resume().on('end', resolve)
          })
          .on('error', reject)
      })
    await oneRequest(given, () => (tasks) => {
      tasks.addTask(async function welcomeMail() {
        await after(5)
        await get()
      })
    })
    server.close()
  },

  async anonymous(given: Given) {
    await oneRequest(given, (mail) => (tasks) => {
      tasks.addTask(() => mail())
    })
  },

  async retried(given: Given) {
    let tries = 0
    await oneRequest(given, (mail) => (tasks) => {
      const retries = { attempts: 3, delay: 1 }
      const send = async () => {
        tries += 1
        await mail(tries < 3 ? '/refused' : '/mail')
      }
      tasks.addTask(background(send, { name: 'welcomeMail', retries }))
    })
  },

  async failed(given: Given) {
    await oneRequest(given, (mail) => (tasks) => {
      tasks.addTask(background(() => mail('/refused'), { name: 'welcomeMail' }))
      tasks.addTask(background(() => mail(), { name: 'audit' }))
    })
  },

  async timedOut(given: Given) {
    await oneRequest(given, (mail) => (tasks) => {
      const slow = async () => {
        await after(40)
        await mail() // its time is up, and it goes on
      }
      tasks.addTask(background(slow, { name: 'slow', timeout: 10 }))
    })
  },

  async cancelled(given: Given) {
    await oneRequest(given, (mail) => async (tasks) => {
      const controller = new AbortController()
      const slow = async () => {
        await mail()
        controller.abort()
      }
      tasks.addTask(background(slow, { name: 'slow', signal: controller.signal }))
      tasks.addTask(background(() => mail(), { name: 'never', signal: controller.signal }))
    })
  },

  async nested(given: Given) {
    await oneRequest(given, (mail) => (tasks) => {
      const ask = (path: string) => new Task(mail, path)
      const both = new Tasks([ask('/b'), ask('/c')], { asGroup: true, concurrency: 1 })
      tasks.with({ name: 'signup' }).addTask(new Tasks([ask('/a'), both, ask('/d')]))
    })
  },

  /** A task that adds another, to a runner of its own. */
  async inner(given: Given) {
    const later = createRunner()
    const add = (mail: () => Promise<void>) => (tasks: Parameters<Handler>[0]) => {
      tasks.addTask(async function outer() {
        await after(1)
        later.addTask(background(() => mail(), { name: 'inner' }))
      })
    }
    await oneRequest(given, add, {}, later)
  },

  async memory(given: Given) {
    const { inMemoryEngine } = await import('@backgrounder/core/testing')
    await durable(given, inMemoryEngine())
  },

  async pglite(given: Given) {
    const { bullmqEngine } = await import('@backgrounder/bullmq')
    const engine = bullmqEngine({ embedded: given.folder })
    await engine.ready()
    await durable(given, engine)
  },
}

async function durable(given: Given, engine: Engine): Promise<void> {
  let done = () => {}
  const isDone = new Promise<void>((resolve) => {
    done = resolve
  })
  let send: () => Promise<void> = async () => {}
  const welcomeMail = background(
    async () => {
      await after(5)
      await send()
      done()
    },
    { name: 'welcomeMail' },
  )
  // A worker that is started inside of a span, whose context is not that of its jobs.
  const worker = await trace.getTracer('test').startActiveSpan('startup', async (span) => {
    const started = await startWorker({ engine, tasks: [welcomeMail] })
    span.end()
    return started
  })
  await oneRequest(
    given,
    (mail) => async (tasks) => {
      send = mail
      await tasks.enqueue(welcomeMail)
      await isDone
      await worker.close()
    },
    { engine },
  )
  await engine.close()
}
