import { PassThrough, Readable } from 'node:stream'
import { createGzip, gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { big, withBigFile } from '../big.js'
import type { Answer, Asked } from '../clients/client.js'
import { type Exchange, isOver } from '../framework.js'
import { type Not, notBehindHono2 } from '../not.js'
import { expectOnce, type Row, type Stage, turns, until } from '../row.js'

interface Ending {
  readonly name: string
  readonly status?: number
  readonly mark?: 'B'
  readonly not?: Not
  readonly asked?: Asked
  readonly answer: (exchange: Exchange) => unknown
  readonly check?: (answer: Answer) => void
}

const endings: Ending[] = [
  { name: 'a normal answer', answer: (x) => x.send('ok') },
  {
    name: 'HEAD',
    not: ({ name }) =>
      name === 'Koa 2 · HTTP/2'
        ? 'Koa 2 never answers HEAD over HTTP/2, also without us'
        : undefined,
    asked: { method: 'HEAD' },
    answer: (x) => x.send('ok'),
  },
  { name: '204', status: 204, answer: (x) => x.send(null, 204) },
  { name: '304', status: 304, answer: (x) => x.send(null, 304) },
  { name: 'a redirect', status: 302, answer: (x) => x.redirect('/elsewhere') },
  { name: '404', status: 404, answer: (x) => x.next() },
  {
    name: '103 early hints',
    answer(x) {
      x.res.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' })
      x.send('ok')
    },
  },
  {
    name: 'a piped stream',
    answer: (x) => x.stream(Readable.from(['a', 'b', 'c'])),
    check: (answer) => expect(answer.body.toString()).toBe('abc'),
  },
  {
    name: 'a compressed stream',
    answer(x) {
      x.res.setHeader('content-encoding', 'gzip')
      x.stream(Readable.from([big]).pipe(createGzip()))
    },
    check: (answer) => expect(gunzipSync(answer.body).length).toBe(big.length),
  },
  {
    name: 'server-sent events that the server ends',
    async answer(x) {
      const events = new PassThrough()
      x.res.setHeader('content-type', 'text/event-stream')
      x.stream(events)
      events.write('data: 1\n\n')
      await turns(5)
      events.end('data: 2\n\n')
    },
    check: (answer) => expect(answer.body.toString()).toBe('data: 1\n\ndata: 2\n\n'),
  },
  {
    name: 'a body of 16 MiB',
    answer: (x) => x.send(big),
    check: (answer) => expect(answer.body.length).toBe(big.length),
  },
  {
    name: 'an answer on the raw response, taken over from the framework',
    mark: 'B',
    answer(x) {
      x.takeOver()
      x.res.writeHead(200).end('raw')
    },
    check: (answer) => expect(answer.body.toString()).toBe('raw'),
  },
  {
    name: 'an answer on the raw response, behind the back of the framework',
    mark: 'B',
    not: notBehindHono2,
    answer: (x) => x.res.writeHead(200).end('raw'),
    check: (answer) => expect(answer.body.toString()).toBe('raw'),
  },
  {
    name: 'a handler that throws, once the error handler has answered',
    status: 500,
    answer() {
      throw new Error('a handler that throws')
    },
  },
  {
    name: 'a handler that rejects, once the error handler has answered',
    status: 500,
    async answer() {
      await turns(2)
      throw new Error('a handler that rejects')
    },
  },
]

async function answered(stage: Stage, { answer, check, asked, status = 200 }: Ending) {
  const recorder = stage.recorder()
  const app = await stage.start((exchange) => {
    exchange.tasks.addTask(recorder.task(exchange))
    return answer(exchange)
  })
  const got = await app.request(asked)
  expect(got.status).toBe(status)
  check?.(got)
  await expectOnce(recorder, { sent: true, status })
}

const slowReader: Row = {
  name: 'a slow reader of a large body: only after the flush',
  async run(stage) {
    const recorder = stage.recorder()
    let res: Exchange['res'] | undefined
    const app = await stage.start((exchange) => {
      res = exchange.res
      exchange.tasks.addTask(recorder.task(exchange))
      exchange.send(big)
    })
    const socket = await app.connect('/')
    await until(() => res?.headersSent ?? false)
    await turns(50)
    expect(recorder.ran).toEqual([])
    socket.resume()
    await expectOnce(recorder, { sent: true, status: 200 })
    socket.destroy()
  },
}

const addedAfterEnd: Row = {
  name: 'a task added after res.end(big): only after the flush',
  async run(stage) {
    const recorder = stage.recorder()
    let added = false
    const app = await stage.start((x) => {
      x.takeOver()
      x.res.writeHead(200).end(big)
      setImmediate(() => {
        expect([x.res.writableEnded, isOver(x.res)]).toEqual([true, false])
        x.tasks.addTask(recorder.task(x))
        added = true
      })
    })
    const socket = await app.connect('/')
    await until(() => added)
    await turns(50)
    expect(recorder.ran).toEqual([])
    socket.resume()
    await expectOnce(recorder, { sent: true, status: 200 })
    socket.destroy()
  },
}

const sentFile: Row = {
  name: 'a file: once, after the last byte',
  run: (stage) =>
    withBigFile((file) =>
      answered(stage, {
        name: 'a file',
        answer: (x) => x.file(file),
        check: (answer) => expect(answer.body.length).toBe(big.length),
      }),
    ),
}

/** The response was sent whole: its tasks run once, after the last byte. */
export const answeredRows: Row[] = [
  ...endings.map((ending) => ({
    ...(ending.mark && { mark: ending.mark }),
    ...(ending.not && { not: ending.not }),
    name: `${ending.name}: once, after the last byte`,
    run: (stage: Stage) => answered(stage, ending),
  })),
  sentFile,
  slowReader,
  addedAfterEnd,
]
