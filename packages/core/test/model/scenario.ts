import fc from 'fast-check'

/** What a function does once it is called. */
export interface Call {
  /**
   * `late` ends when the scenario says so and heeds no signal; `obeys` ends when the scenario says
   * so or its signal is aborted, with its reason, and `yields` then without an error.
   */
  readonly ends: 'returns' | 'throws' | 'resolves' | 'rejects' | 'late' | 'obeys' | 'yields'
  /** For how many ms it blocks the event loop before. */
  readonly burns: number
}

/** A Tasks: it nests. */
export interface List {
  readonly tasks: readonly Body[]
  readonly asGroup: boolean
  readonly concurrency: number
  readonly onFailure: 'stop' | 'continue'
}

export type Body = Call | List

export interface TaskSpec {
  readonly body: Body
  readonly timeout: number | false
  readonly queueTimeout: number | false
  readonly retries: { readonly attempts: number; readonly delay: number; readonly factor: number }
  readonly when: 'always' | 'success'
  /** Which of the scenario's signals is its option `signal`. */
  readonly signal: number | undefined
  /** What its function adds, if it is not a list. */
  readonly adds: readonly Addition[]
  readonly cancelsItself: boolean
}

export interface Addition {
  /** To which response; undefined: to the runner itself. */
  readonly lane: number | undefined
  readonly spec: TaskSpec
}

/**
 * One step of a scenario. A `pick` is counted modulo what there is to choose from; `cancelBut` cancels
 * all but every nth.
 */
export type Action = (
  | ({ readonly do: 'add'; readonly times: number } & Addition)
  | { readonly do: 'track'; readonly lane: number | undefined; readonly signal: number | undefined }
  | { readonly do: 'end'; readonly pick: number; readonly ok: boolean }
  | { readonly do: 'over'; readonly lane: number; readonly ok: boolean }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'cancelBut'; readonly nth: number }
  | { readonly do: 'abort'; readonly signal: number }
  | { readonly do: 'tick'; readonly ms: number; readonly turns: boolean }
  | { readonly do: 'drain'; readonly timeout: number | false }
) & {
  /** Whether the event loop turns afterwards, until nothing is left to do. */
  readonly turns: boolean
}

export interface Scenario {
  readonly concurrency: number
  readonly maxPending: number
  readonly onFailure: 'stop' | 'continue'
  readonly asyncContext: boolean
  readonly blockedWarning: number | false
  /** Of each response. */
  readonly asGroup: readonly boolean[]
  readonly actions: readonly Action[]
}

const LANES = 2
const SIGNALS = 2

const often = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 3 }, other)
const ms = fc.integer({ min: 1, max: 12 })
const lane = fc.oneof(fc.constant(undefined), { arbitrary: fc.nat(LANES - 1), weight: 2 })
const signal = often<number | undefined>(undefined, fc.nat(SIGNALS - 1))

const call: fc.Arbitrary<Call> = fc.record({
  ends: fc.constantFrom('late', 'obeys', 'returns', 'throws', 'resolves', 'rejects', 'yields'),
  burns: often(0, fc.integer({ min: 1, max: 4 })),
})

const { list } = fc.letrec<{ body: Body; list: Body }>((tie) => ({
  body: fc.oneof(
    { maxDepth: 2 },
    { arbitrary: call as fc.Arbitrary<Body>, weight: 3 },
    tie('list'),
  ),
  list: fc.record({
    tasks: fc.array(tie('body'), { minLength: 1, maxLength: 3 }),
    asGroup: fc.boolean(),
    concurrency: fc.constantFrom(1, 2, Infinity),
    onFailure: fc.constantFrom('stop', 'continue'),
  }),
}))

const specs = (adds: fc.Arbitrary<readonly Addition[]>): fc.Arbitrary<TaskSpec> =>
  fc.record({
    body: fc.oneof({ arbitrary: call as fc.Arbitrary<Body>, weight: 3 }, list),
    timeout: fc.oneof(fc.constant(false as const), ms),
    queueTimeout: often<number | false>(false, ms),
    retries: fc.oneof(
      fc.constant({ attempts: 1, delay: 0, factor: 1 }),
      fc.record({
        attempts: fc.integer({ min: 2, max: 3 }),
        delay: fc.oneof(fc.nat(12), fc.constant(130)), // longer than a drain lets it wait
        factor: fc.constantFrom(1, 2),
      }),
    ),
    when: often<'always' | 'success'>('always', fc.constant('success')),
    signal,
    adds,
    cancelsItself: often(false, fc.boolean()),
  })

const simple = specs(fc.constant([]))
const adds = fc.array(fc.record({ lane, spec: simple }), { maxLength: 2 })
const spec = specs(often<readonly Addition[]>([], adds))

const steps: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: action('add', { lane, spec, times: fc.constant(1) }), weight: 20 },
  { arbitrary: action('end', { pick: fc.nat(9), ok: fc.boolean() }), weight: 16 },
  { arbitrary: action('tick', { ms: fc.nat(15), turns: fc.boolean() }), weight: 14 },
  { arbitrary: action('tick', { ms: fc.constant(110), turns: fc.boolean() }), weight: 2 },
  { arbitrary: action('over', { lane: fc.nat(LANES - 1), ok: fc.boolean() }), weight: 8 },
  { arbitrary: action('cancel', { pick: fc.nat(9) }), weight: 6 },
  { arbitrary: action('drain', { timeout: drainTimeout() }), weight: 6 },
  { arbitrary: action('track', { lane, signal }), weight: 4 },
  { arbitrary: action('abort', { signal: fc.nat(SIGNALS - 1) }), weight: 1 },
  { arbitrary: action('cancelBut', { nth: fc.integer({ min: 2, max: 5 }) }), weight: 3 },
  {
    arbitrary: action('add', { lane, spec: simple, times: fc.integer({ min: 34, max: 80 }) }),
    weight: 1,
  },
)

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  concurrency: fc.constantFrom(1, 2, 3, Infinity),
  maxPending: often(Infinity, fc.integer({ min: 1, max: 8 })),
  onFailure: fc.constantFrom('continue', 'stop'),
  asyncContext: often(false, fc.boolean()),
  blockedWarning: often<number | false>(100, fc.constant(false)),
  asGroup: fc.array(often(false, fc.boolean()), { minLength: LANES, maxLength: LANES }),
  // Not small ones rather: those that fail are made smaller anyway.
  actions: fc.noBias(fc.array(steps, { minLength: 1, maxLength: 40, size: 'max' })),
})

function action(name: Action['do'], fields: object): fc.Arbitrary<Action> {
  const turns = fc.oneof({ arbitrary: fc.constant(true), weight: 3 }, fc.constant(false))
  const model = { do: fc.constant(name), ...fields, turns }
  return fc.record(model) as fc.Arbitrary<unknown> as fc.Arbitrary<Action>
}

/** In short drains the signals are aborted halfway, in long ones 3 s before the end. */
function drainTimeout(): fc.Arbitrary<number | false> {
  return fc.oneof(fc.constantFrom(0, 4, 3_005, 6_010), fc.nat(40), fc.constant(false as const))
}
