import type { Node } from './model-list.js'
import type { TaskSpec } from './scenario.js'

const settledStates = [
  'succeeded',
  'failed',
  'timedOut',
  'cancelled',
  'skipped',
  'handedOff',
  'abandoned',
] as const
export type Settled = (typeof settledStates)[number]
type State = 'waiting' | 'ready' | 'running' | 'delayed' | Settled
export type Counts = Record<Settled, number>

/** How often a runner has told of each: two of them are no end of the task. */
export type Events = ReturnType<typeof noEvents>

export function noEvents() {
  return { accepted: 0, skipped: 0, retried: 0, timedOut: 0, cancelled: 0, abandoned: 0 }
}

/** The tasks of one response. */
export interface ModelLane {
  readonly asGroup: boolean
  readonly waiting: ModelTask[]
  outcome: 'ok' | 'failed' | undefined
  /** In order: the one that the others wait for. */
  current: ModelTask | undefined
  /** One of its tasks has failed, and `onFailure` is 'stop'. */
  hasStopped: boolean
  /** How many are not settled. */
  size: number
}

export interface ModelTask {
  readonly id: number
  /** undefined: a promise that is tracked. */
  readonly spec: TaskSpec | undefined
  readonly lane: ModelLane | undefined
  readonly signal: number | undefined
  state: State
  /** As the how-manieth it became ready. */
  readyAs: number
  /** Each attempt, and why its signal was aborted. */
  readonly attempts: { abortedBy: 'timeout' | 'cancel' | 'drain' | undefined }[]
  /** What the attempt calls that is under way. */
  node: Node | undefined
  startedAt: number
  /** The attempt is out of time: after which delay there is another, if there is. */
  overdue: { readonly delay: number | undefined } | undefined
  isCancelled: boolean
}

export interface ModelDrain {
  readonly before: Counts
  readonly abandoned: ModelTask[]
  /** Once it has ended. */
  report: Counts | undefined
  /** What its timers are known by. */
  readonly grace: object
}

export function modelLane(asGroup: boolean): ModelLane {
  return {
    asGroup,
    waiting: [],
    outcome: undefined,
    current: undefined,
    hasStopped: false,
    size: 0,
  }
}

export function modelTask(
  id: number,
  spec: TaskSpec | undefined,
  lane: ModelLane | undefined,
  signal: number | undefined,
): ModelTask {
  return {
    id,
    spec,
    lane,
    signal,
    state: 'waiting',
    readyAs: 0,
    attempts: [{ abortedBy: undefined }],
    node: undefined,
    startedAt: 0,
    overdue: undefined,
    isCancelled: false,
  }
}

export function isSettled({ state }: ModelTask): boolean {
  return (settledStates as readonly State[]).includes(state)
}

/** Whether the attempt was told to stop. */
export function isAborted({ attempts }: ModelTask): boolean {
  return lastOf(attempts).abortedBy !== undefined
}

/** The attempt that is under way, or the next. */
export function lastOf<T>(list: readonly T[]): T {
  return list.at(-1) as T
}

export function countsOf(count: (state: Settled) => number): Counts {
  return Object.fromEntries(settledStates.map((state) => [state, count(state)])) as Counts
}

/** Why it is not to run after its response. */
export function skipReason({ spec, lane, attempts }: ModelTask): 'failure' | 'when' | undefined {
  if (!lane || attempts.length > 1) return undefined
  if (lane.hasStopped) return 'failure'
  return spec?.when === 'success' && lane.outcome === 'failed' ? 'when' : undefined
}

/** After how many ms an attempt that fails is followed by another. */
export function nextDelay({ spec, attempts, isCancelled }: ModelTask): number | undefined {
  if (!spec || isCancelled || attempts.length >= spec.retries.attempts) return undefined
  return spec.retries.delay * spec.retries.factor ** (attempts.length - 1)
}

/** Of those that belong to no response: no response is behind another. */
export function firstReady(tasks: Iterable<ModelTask>): ModelTask | undefined {
  const ready = [...tasks].filter(({ state, lane }) => state === 'ready' && !lane)
  return ready.sort((a, b) => a.readyAs - b.readyAs)[0]
}
