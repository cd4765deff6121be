import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { expect } from 'vitest'
import { big, withBigFile } from '../big.js'
import { connect, waysToLeave } from '../clients.js'
import type { Exchange, RunningApp } from '../framework.js'
import { expectOnce, type Row, type Stage, turns, until } from '../row.js'

type Leave = (socket: Awaited<ReturnType<typeof connect>>) => unknown

interface Loss {
  readonly name: string
  /** What the handler does after it has added its task. */
  readonly answer: (exchange: Exchange) => unknown
  /** What ends the response, once the handler has added its task. */
  readonly end?: (socket: Parameters<Leave>[0], app: RunningApp, exchange: Exchange) => unknown
}

const never = () => new Promise<never>(() => {})

/** The client or the connection goes away: whatever was answered, it was not sent whole. */
async function lost(stage: Stage, { answer, end }: Omit<Loss, 'name'>): Promise<void> {
  const recorder = stage.recorder()
  let exchange: Exchange | undefined
  const app = await stage.start((x) => {
    exchange = x
    x.tasks.addTask(recorder.task(x))
    return answer(x)
  })
  const socket = await connect(app.port, '/')
  await until(() => exchange !== undefined)
  await end?.(socket, app, exchange as Exchange)
  await expectOnce(recorder, { sent: false })
  socket.destroy()
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
      await until(() => x.res.destroyed)
      x.send('too late')
    },
    end: leave,
  },
  {
    name: `the client leaves (${way}) in the middle of the body`,
    answer: (x) => x.send(big),
    async end(socket, _app, { res }) {
      await until(() => res.writableEnded)
      await leave(socket)
    },
  },
  {
    name: `the client leaves (${way}) an event stream`,
    answer: endless,
    async end(socket) {
      // All that came is read: with something unread the kernel makes a reset of a FIN.
      await once(socket, 'data')
      await leave(socket)
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
    answer(x) {
      x.req.setTimeout(20)
      return never()
    },
  },
  {
    name: 'closeAllConnections',
    answer: never,
    end: (_socket, app) => app.server.closeAllConnections(),
  },
  {
    name: 'closeAllConnections in the middle of the body',
    answer: (x) => x.send(big),
    async end(_socket, app, { res }) {
      await until(() => res.writableEnded)
      app.server.closeAllConnections()
    },
  },
]

const abortedFile: Row = {
  name: 'the client leaves in the middle of a file: once, not sent',
  run: (stage) =>
    withBigFile((file) =>
      lost(stage, {
        answer: (x) => x.file(file),
        async end(socket, _app, { res }) {
          await until(() => res.headersSent)
          await turns(20)
          socket.resetAndDestroy()
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
      await until(() => x.res.closed)
      await turns(5)
      x.tasks.addTask(() => {
        order.push('task')
        recorder.task(x)()
      })
      order.push('added')
      queueMicrotask(() => order.push('microtask'))
      x.send('too late')
    })
    const socket = await connect(app.port, '/')
    await until(() => started)
    leave(socket)
    await expectOnce(recorder, { sent: false })
    expect(order).toEqual(['added', 'microtask', 'task'])
  },
})

/** The response was not sent whole: its tasks run once all the same. */
export const lostRows: Row[] = [
  ...losses.map((loss) => ({
    name: `${loss.name}: once, not sent`,
    run: (stage: Stage) => lost(stage, loss),
  })),
  abortedFile,
  ...Object.entries(waysToLeave).map(([way, leave]) => addedAfterLoss(way, leave)),
]
