import net from 'node:net'
import { type Answer, AnswerReader } from './answers.js'
import type { Session, Way } from './plan.js'
import type { Scenario } from './scenarios.js'

/** What the client saw of its session. */
export interface Tally {
  /** Requests that were written. */
  sent: number
  /** Answers that came whole. */
  whole: number
  /** Answers that had to come whole, and did not. */
  missing: number
  /** Whole answers with another request's number or a wrong status. */
  wrong: number
  /** Connections that were still open when the client had run out of patience. */
  stuck: number
}

export const noTally: Tally = { sent: 0, whole: 0, missing: 0, wrong: 0, stuck: 0 }

export function addTallies(a: Tally, b: Tally): Tally {
  const keys = Object.keys(a) as (keyof Tally)[]
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as Tally
}

/** No server is silent for so long. */
const PATIENCE_MS = 10_000

/** Plays one session on a connection of its own; its requests are numbered from `first`. */
export function visit(port: number, session: Session, first: number): Promise<Tally> {
  const { batches, ending } = session
  const tally: Tally = { ...noTally }
  const expected = batches.flat().length + ending.answers
  /** The requests that have no answer yet are those from `first + tally.whole` on. */
  const sent: Scenario[] = []
  let next = 0
  /** Of what was sent last. */
  let hasBytes = false

  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true })
    const reader = new AnswerReader((answer) => {
      if (!isRight(answer, first + tally.whole, sent[tally.whole])) tally.wrong += 1
      tally.whole += 1
    })
    socket.setTimeout(PATIENCE_MS, () => {
      tally.stuck = 1
      socket.destroy()
    })
    socket.on('connect', proceed)
    socket.on('data', (data) => {
      reader.read(data)
      hasBytes = true
      proceed()
    })
    socket.on('error', () => {}) // a connection that is lost too early shows in what is missing
    socket.on('close', () => {
      tally.missing = Math.max(0, expected - tally.whole)
      resolve(tally)
    })

    function proceed(): void {
      if (next <= batches.length && tally.whole === sent.length) {
        send(batches[next] ?? ending.requests)
        next += 1
        hasBytes = false
      }
      const isEnding = next > batches.length && tally.whole >= expected
      if (isEnding && (hasBytes || !ending.bytes)) leave(socket, ending.way)
    }

    function send(requests: readonly Scenario[]): void {
      let text = ''
      for (const scenario of requests) {
        const path = `/${encodeURIComponent(scenario)}/${first + tally.sent}`
        text += `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
        sent.push(scenario)
        tally.sent += 1
      }
      if (text) socket.write(text)
    }
  })
}

function isRight({ status, request }: Answer, number: number, scenario?: Scenario): boolean {
  if (scenario === 'throws' || scenario === 'throws later') return status === 500
  return status === 200 && request === number
}

function leave(socket: net.Socket, way: Way): void {
  if (way === 'reset') socket.resetAndDestroy()
  else if (way === 'close') socket.destroy()
  else if (way === 'half-close') socket.end()
}
