import { PassThrough, Readable } from 'node:stream'
import { expect } from 'vitest'
import { big, withBigFile } from '../big.js'
import { type Connection, waysToLeave } from '../clients/client.js'
import { type Exchange, isClosed, isOver, type RunningApp } from '../framework.js'
import type { Not } from '../not.js'
import { expectOnce, type Row, type Stage, turns, until } from '../row.js'

type Leave = (client: Connection) => unknown

interface Loss {
  readonly name: string
  readonly not?: Not
  /** What the handler does after it has added its task. */
  readonly answer: (exchange: Exchange) => unknown
  /** What ends the response, once the handler has added its task. */
  readonly end?: (client: Connection, app: RunningApp, exchange: Exchange) => unknown
  /** What is set on the server before the client comes. */
  readonly before?: (app: RunningApp) => unknown
}

const never = () => new Promise<never>(() => {})

/** The client or the connection goes away: whatever was answered, it was not sent whole. */
async function lost(stage: Stage, { answer, before, end }: Omit<Loss, 'name'>): Promise<void> {
  const recorder = stage.recorder()
  let exchange: Exchange | undefined
  const app = await stage.start((x) => {
    exchange = x
    x.tasks.addTask(recorder.task(x))
    return answer(x)
  })
  before?.(app)
  const client = await app.connect('/')
  await until(() => exchange !== undefined)
  await end?.(client, app, exchange as Exchange)
  await expectOnce(recorder, { sent: false })
  client.destroy()
}

/** An answer that never ends by itself. */
function endless(exchange: Exchange): void {
  const events = new PassThrough()
  exchange.res.setHeader('content-type', 'text/event-stream')
  exchange.stream(events)
  events.write('data: 1\n\n')
}

const clientLosses = (way: string, leave: Leave): Loss[] => [
  {
    name: `the client leaves (${way}) while the handler hangs`,
    answer: never,
    end: leave,
  },
  {
    name: `the client leaves (${way}) during the handler, which answers after all`,
    async answer(x) {
      await until(() => isOver(x.res))
      x.send('too late')
    },
    end: leave,
  },
  {
    name: `the client leaves (${way}) in the middle of the body`,
    answer: (x) => x.send(big),
    async end(client, _app, { res }) {
      await until(() => res.headersSent)
      await turns(20)
      await leave(client)
    },
  },
  {
    name: `the client leaves (${way}) an event stream`,
    answer: endless,
    async end(client) {
      // All that came is read: with something unread the kernel makes a reset of a FIN.
      await client.someData()
      await leave(client)
    },
  },
]

const losses: Loss[] = [
  ...Object.entries(waysToLeave).flatMap(([way, leave]) => clientLosses(way, leave)),
  { name: 'res.destroy()', answer: (x) => x.res.destroy() },
  {
    name: 'the source of a stream fails',
    answer(x) {
      x.stream(
        new Readable({
          read() {
            this.push('some')
            setTimeout(() => this.destroy(new Error('the source fails')), 20)
          },
        }),
      )
    },
  },
  {
    name: "the server's timeout",
    not: ({ family, isHttp2 }) =>
      family === 'Fastify' && isHttp2
        ? 'Fastify ends an HTTP/2 session in order when it times out: it waits for the answer'
        : undefined,
    // Short once the handler has been reached: on a busy machine that takes a while.
    before: ({ server }) => server.setTimeout(600_000),
    answer: never,
    end: (_client, _app, { req }) => {
      req.socket.setTimeout(20)
    },
  },
  {
    name: 'closeAllConnections (each session destroyed)',
    answer: never,
    end: (_client, app) => app.closeConnections(),
  },
  {
    name: 'closeAllConnections (each session destroyed) in the middle of the body',
    answer: (x) => x.send(big),
    async end(_client, app, { res }) {
      await until(() => res.headersSent)
      await turns(5)
      app.closeConnections()
    },
  },
]

const abortedFile: Row = {
  name: 'the client leaves in the middle of a file: once, not sent',
  run: (stage) =>
    withBigFile((file) =>
      lost(stage, {
        answer: (x) => x.file(file),
        async end(client, _app, { res }) {
          await until(() => res.headersSent)
          await turns(20)
          client.reset()
        },
      }),
    ),
}

const addedAfterLoss = (way: string, leave: Leave): Row => ({
  name: `a task added after the client has gone (${way}): soon, once, not sent`,
  async run(stage) {
    const recorder = stage.recorder()
    const order: string[] = []
    let started = false
    const app = await stage.start(async (x) => {
      started = true
      await until(() => isClosed(x.res))
      await turns(5)
      x.tasks.addTask(() => {
        order.push('task')
        recorder.task(x)()
      })
      order.push('added')
      queueMicrotask(() => order.push('microtask'))
      x.send('too late')
    })
    const client = await app.connect('/')
    await until(() => started)
    leave(client)
    await expectOnce(recorder, { sent: false })
    expect(order).toEqual(['added', 'microtask', 'task'])
  },
})

/** The response was not sent whole: its tasks run once all the same. */
export const lostRows: Row[] = [
  ...losses.map((loss) => ({
    ...(loss.not && { not: loss.not }),
    name: `${loss.name}: once, not sent`,
    run: (stage: Stage) => lost(stage, loss),
  })),
  abortedFile,
  ...Object.entries(waysToLeave).map(([way, leave]) => addedAfterLoss(way, leave)),
]
