import { between, pick, type Random, seededRandom } from './random.js'
import type { Scenario } from './scenarios.js'

/** What one client does on one connection: batch after batch, and then it leaves. */
export interface Session {
  /** Each is sent at once (pipelined if it is more than one request) and answered whole. */
  readonly batches: readonly (readonly Scenario[])[]
  readonly ending: Ending
}

/** The last batch, during which the connection ends. */
export interface Ending {
  readonly requests: readonly Scenario[]
  /** The client leaves after so many of its answers... */
  readonly answers: number
  /** ...and the first bytes of the next one. */
  readonly bytes: boolean
  readonly way: Way
}

/** A reset, a FIN with nothing read any more, a FIN with the answers still read, or the server's. */
export type Way = 'reset' | 'close' | 'half-close' | 'server closes'

const small = {
  plain: 10,
  one: 30,
  five: 12,
  slow: 8,
  group: 8,
  late: 8,
  chain: 6,
  'after done': 5,
  fails: 5,
  throws: 3,
  'throws later': 2,
  timer: 4,
} satisfies Partial<Record<Scenario, number>>

const answered = {
  ...small,
  large: 0.5,
  'large, then a task': 0.5,
  'huge, then a task': 0.02,
} satisfies Partial<Record<Scenario, number>>

const ways = { reset: 4, close: 2, 'half-close': 1 } satisfies Partial<Record<Way, number>>

type MakeRequests = (random: Random) => Omit<Ending, 'way'> & { readonly way?: Way }

const endings = {
  /** After every response: the tasks of the last ones may still run. */
  idle: () => ({ requests: [], answers: 0, bytes: false }),
  'at once': (random) => ({
    requests: anyOf(random, between(random, 1, 5)),
    answers: 0,
    bytes: false,
  }),
  hanging: (random) => ({ requests: ['one', hang(random)], answers: 1, bytes: false }),
  /**
   * The answers behind the one that hangs are written already, and wait for the connection. Small
   * ones: while much is waiting, Node reads no further and never learns that the client has gone.
   */
  queued: (random) => ({
    requests: ['one', hang(random), ...anyOf(random, between(random, 0, 3), small), hang(random)],
    answers: 1,
    bytes: false,
  }),
  'mid-body': () => ({ requests: ['half'], answers: 0, bytes: true }),
  'mid-body of a large one': (random) => ({
    requests: [random() < 0.5 ? 'huge' : 'huge, then a task'],
    answers: 0,
    bytes: true,
  }),
  'destroyed by the handler': (random) => ({
    requests: ['destroy', ...anyOf(random, between(random, 0, 3))],
    answers: 0,
    bytes: false,
    way: 'server closes',
  }),
} satisfies Record<string, MakeRequests>

const endingWeights = {
  idle: 4,
  'at once': 3,
  hanging: 2,
  queued: 3,
  'mid-body': 3,
  'mid-body of a large one': 0.1,
  'destroyed by the handler': 2,
} satisfies Record<keyof typeof endings, number>

/** Sessions without end, always the same ones for a seed. */
export function* planSessions(seed: number): Generator<Session, never> {
  const random = seededRandom(seed)
  while (true) {
    const batches = Array.from({ length: between(random, 1, 10) }, () =>
      anyOf(random, between(random, 1, 8)),
    )
    const make: MakeRequests = endings[pick(random, endingWeights)]
    yield { batches, ending: { way: pick(random, ways), ...make(random) } }
  }
}

function anyOf(
  random: Random,
  length: number,
  weights: Readonly<Partial<Record<Scenario, number>>> = answered,
): Scenario[] {
  return Array.from({ length }, () => pick(random, weights as Record<Scenario, number>))
}

function hang(random: Random): Scenario {
  return pick(random, { hang: 2, 'hang, then a task': 2, 'gone, then a task': 1 })
}
