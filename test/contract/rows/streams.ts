import { constants } from 'node:http2'
import { expect } from 'vitest'
import { big } from '../big.js'
import { openSession, type Session } from '../clients/http2.js'
import { type Exchange, isOver } from '../framework.js'
import { http2Only } from '../not.js'
import { deferred, expectOnce, type Row, type Stage, turns, until } from '../row.js'

interface Case {
  readonly name: string
  readonly sent: boolean
  readonly answer: (exchange: Exchange) => unknown
  /** What the client does once the handler has added its task. */
  readonly act: (client: Session, exchange: Exchange) => unknown
}

const never = () => new Promise<never>(() => {})
const reset = ({ streams }: Session) => streams[0]?.close(constants.NGHTTP2_CANCEL)

/** Answers once the client has done what it does. */
function answerAfter(isDone: (exchange: Exchange) => boolean): Case['answer'] {
  return async (x) => {
    await until(() => isDone(x))
    x.send('answered')
  }
}

const cases: Case[] = [
  {
    name: 'the client resets its stream before the answer',
    sent: false,
    answer: never,
    act: reset,
  },
  {
    name: 'the client resets its stream, and the handler answers after all',
    sent: false,
    answer: answerAfter(({ res }) => isOver(res)),
    act: reset,
  },
  {
    name: 'the client resets its stream in the middle of the body',
    sent: false,
    answer: (x) => x.send(big),
    async act(client, { res }) {
      await until(() => res.headersSent)
      await turns(5)
      reset(client)
    },
  },
  {
    name: 'the client destroys its session',
    sent: false,
    answer: never,
    act: ({ session }) => session.destroy(),
  },
  {
    name: 'the client says GOAWAY and waits for its answer',
    sent: true,
    answer: answerAfter(({ res }) => (res as never as WithSession).stream.session.closed),
    act: ({ session, streams }) => {
      streams[0]?.resume()
      session.close()
      session.goaway()
    },
  },
  {
    name: 'the server says GOAWAY and answers what is in flight',
    sent: true,
    answer(x) {
      ;(x.res as never as WithSession).stream.session.close()
      x.send('answered')
    },
    act: ({ streams }) => streams[0]?.resume(),
  },
]

interface WithSession {
  readonly stream: { readonly session: { readonly closed: boolean; close(): void } }
}

async function runCase(stage: Stage, { sent, answer, act }: Case): Promise<void> {
  const recorder = stage.recorder()
  let exchange: Exchange | undefined
  const app = await stage.start((x) => {
    exchange = x
    x.tasks.addTask(recorder.task(x))
    return answer(x)
  })
  const client = await openSession(app.port, '/')
  await until(() => exchange !== undefined)
  await act(client, exchange as Exchange)
  await expectOnce(recorder, { sent })
  client.session.destroy()
}

/** What only HTTP/2 has: streams that end by themselves, sessions that say goodbye. */
export const streamRows: Row[] = [
  ...cases.map((each) => ({
    name: `HTTP/2, ${each.name}: once, ${each.sent ? 'sent' : 'not sent'}`,
    mark: 'B' as const,
    not: http2Only,
    run: (stage: Stage) => runCase(stage, each),
  })),
  {
    name: 'HTTP/2, streams of one session: once each, in the order of the answers, not of the requests',
    mark: 'B',
    not: http2Only,
    async run(stage) {
      const ran: string[] = []
      const gate = deferred()
      const app = await stage.start(async (x) => {
        x.tasks.addTask(() => ran.push(x.req.url ?? ''))
        if (x.req.url === '/1') await gate.promise
        x.send('ok')
      })
      const { session, streams } = await openSession(app.port, '/1', '/2', '/3')
      for (const stream of streams) stream.resume()
      await until(() => ran.length === 2)
      gate.resolve()
      await until(() => ran.length === 3)
      await turns(20)
      expect(ran).toEqual(['/2', '/3', '/1'])
      session.destroy()
    },
  },
]
