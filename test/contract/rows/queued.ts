import { once } from 'node:events'
import { expect } from 'vitest'
import { connectBare } from '../clients/http1.js'
import type { Exchange } from '../framework.js'
import { noPipelining } from '../not.js'
import { type Row, type Stage, turns, until } from '../row.js'

type Before = (exchange: Exchange) => unknown

const waitsForBody: Before = async ({ req }) => {
  req.resume()
  await once(req, 'end')
}

/** The second answer of a connection is queued behind one that hangs when the client leaves. */
async function dies(stage: Stage, leave: 'RST' | 'FIN', before: Before): Promise<void> {
  const recorder = stage.recorder()
  let queued = false
  const app = await stage.start(async (x) => {
    x.tasks.addTask(recorder.task(x))
    if (x.req.url === '/1') await new Promise(() => {})
    await before(x)
    x.send('queued')
    queued = true
  })
  const first = 'GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n'
  // A GET, because Fastify reads the body of every other method before its handler.
  const second = 'GET /2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12345'
  const socket = await connectBare(app.port, first + second)
  await until(() => queued)
  await turns(5)
  if (leave === 'RST') socket.resetAndDestroy()
  else socket.destroy()
  await until(() => recorder.ran.length >= 2)
  await turns(20)
  expect(recorder.ran.map(({ sent, flushed }) => [sent, flushed])).toEqual([
    [false, true],
    [false, true],
  ])
}

const bodies: [string, Before][] = [
  ['its body read', waitsForBody],
  ['its body not read', () => {}],
]

/** An answer that has no connection yet when it dies. */
export const queuedRows: Row[] = (['RST', 'FIN'] as const).flatMap((leave) =>
  bodies.map(([name, before]) => ({
    name: `pipelined with ${name}, and the client leaves (${leave}) while its answer is queued: once, not sent`,
    mark: 'B' as const,
    not: noPipelining,
    run: (stage: Stage) => dies(stage, leave, before),
  })),
)
