import { ModelDrains } from './model-drains.js'
import { modelOf, type Node } from './model-list.js'
import {
  countsOf,
  firstReady,
  isAborted,
  isSettled,
  lastOf,
  type ModelDrain,
  type ModelLane,
  type ModelTask,
  modelTask,
  nextDelay,
  noEvents,
  type Settled,
  skipReason,
} from './model-task.js'
import { ModelTimers } from './model-timers.js'
import type { Scenario, TaskSpec } from './scenario.js'
import { check } from './violation.js'

/**
 * What a runner is to do, in the plainest form, with neither queue nor turn. It is told what the
 * runner is asked to do, and which functions start and end: when one starts is for the runner to
 * choose, and whether it may is for the model to judge. All else it knows itself.
 */
export class Model {
  readonly tasks: ModelTask[] = []
  readonly timers: ModelTimers
  /** Not settled, or out of time and still running. */
  readonly pending = new Set<ModelTask>()
  /** Whose functions run. */
  readonly slots = new Set<ModelTask>()
  readonly counts = countsOf(() => 0)
  readonly events = noEvents()
  /** How often all slots were held by what is out of time. */
  warnings = 0
  readonly #scenario: Scenario
  readonly #drains: ModelDrains
  #lastReady = 0

  constructor(scenario: Scenario, clock: { readonly now: number }) {
    this.#scenario = scenario
    this.timers = new ModelTimers(clock)
    this.#drains = new ModelDrains(this.timers)
  }

  get isFull(): boolean {
    return this.pending.size >= this.#scenario.maxPending
  }

  get overdue(): number {
    return this.tasks.filter(({ overdue }) => overdue).length
  }

  /** A task that was accepted, or without a `spec` a promise that is tracked. */
  accept(spec: TaskSpec | undefined, lane?: ModelLane, signal?: number): ModelTask {
    const task = modelTask(this.tasks.length, spec, lane, signal)
    this.tasks.push(task)
    this.events.accepted += 1
    this.pending.add(task)
    if (lane) lane.size += 1
    if (!spec) task.state = 'running'
    else if (!lane) this.#ready(task)
    else {
      lane.waiting.push(task)
      this.#proceed(lane)
    }
    return task
  }

  over(lane: ModelLane, outcome: 'ok' | 'failed'): void {
    lane.outcome = outcome
    this.#proceed(lane)
  }

  #proceed(lane: ModelLane): void {
    while (lane.outcome && (lane.asGroup || !lane.current)) {
      const task = lane.waiting.shift()
      if (!task) return
      if (isSettled(task)) continue
      lane.current = task
      this.#ready(task)
    }
  }

  #ready(task: ModelTask): void {
    task.state = 'ready'
    task.readyAs = ++this.#lastReady
    this.timers.arm(task, task.spec?.queueTimeout || Infinity, () => {
      this.events.timedOut += 1
      this.#settle(task, 'timedOut')
    })
  }

  /** The runner has skipped it. */
  skipped(task: ModelTask, reason: string): void {
    this.#mayStart(task)
    const expected = skipReason(task)
    check(reason === expected, starts, () => `task ${task.id}: ${reason} and not ${expected}`)
    this.#settle(task, 'skipped')
  }

  /** The runner has called its function, or the first of its list. */
  started(task: ModelTask, attempt: number): Node {
    const { id, spec, attempts } = task
    check(!task.node, 'one attempt of a task runs at a time', () => `task ${id} runs already`)
    this.#mayStart(task)
    const first = task.lane ? task : firstReady(this.pending)
    check(task === first, starts, () => `task ${id} starts before task ${first?.id}`)
    check(!skipReason(task), starts, () => `task ${id} is to be skipped`)
    check(attempt === attempts.length, starts, () => `task ${id} starts as attempt ${attempt}`)
    this.timers.disarm(task)
    if (this.#drains.areEnding) this.#abort(task, 'drain')
    task.state = 'running'
    task.startedAt = this.timers.now
    task.node = modelOf((spec as TaskSpec).body, () => isAborted(task))
    this.slots.add(task)
    return task.node
  }

  #mayStart({ id, state }: ModelTask): void {
    const running = this.slots.size
    const isFree = running < this.#scenario.concurrency
    check(isFree, 'never more than `concurrency` functions run', () => `${id} beside ${running}`)
    check(state === 'ready', starts, () => `task ${id} starts while it is ${state}`)
  }

  /** Its function has returned a promise. */
  waits(task: ModelTask): void {
    const end = task.startedAt + (task.spec?.timeout || Infinity)
    const left = Math.max(0, end - this.timers.now)
    this.timers.arm(task, left, () => this.#timeOut(task))
  }

  #timeOut(task: ModelTask): void {
    const delay = nextDelay(task)
    task.overdue = { delay }
    if (this.overdue === this.#scenario.concurrency) this.warnings += 1
    this.events.timedOut += 1
    this.#abort(task, 'timeout')
    if (delay === undefined) this.#settle(task, 'timedOut')
    else this.#letGo(task)
  }

  /** Its function has really ended. */
  ended(task: ModelTask, ok: boolean): void {
    const { id, overdue, node } = task
    const aborted = isAborted(task)
    const hasEnded = node?.hasEnded(aborted) ?? true
    check(hasEnded, lists, () => `the list of task ${id} has ended too early`)
    const isOk = node?.isOk(aborted) ?? ok
    check(ok === isOk, lists, () => `the list of task ${id} ends with ${ok} and not with ${isOk}`)
    this.timers.disarm(task)
    this.slots.delete(task)
    task.node = undefined
    task.overdue = undefined
    if (isSettled(task)) this.#free(task)
    else if (task.isCancelled) this.#settle(task, 'cancelled')
    else if (overdue) this.#goOn(task, 'timedOut', overdue.delay)
    else if (ok) this.#settle(task, 'succeeded')
    else this.#goOn(task, 'failed', nextDelay(task))
  }

  #goOn(task: ModelTask, state: Settled, delay: number | undefined): void {
    if (delay === undefined || this.#drains.areEnding) {
      this.#settle(task, state)
      return
    }
    task.attempts.push({ abortedBy: undefined })
    this.events.retried += 1
    if (delay === 0) {
      this.#ready(task)
      return
    }
    const wait = this.#drains.underWay.size > 0 ? Math.min(delay, 100) : delay
    task.state = 'delayed'
    this.timers.arm(task, wait, () => this.#ready(task))
  }

  /** Whether there was anything to cancel. */
  cancel(task: ModelTask): boolean {
    if (isSettled(task) || task.isCancelled) return false
    task.isCancelled = true
    if (task.state === 'running') this.#abort(task, 'cancel')
    else this.#settle(task, 'cancelled')
    return true
  }

  #abort({ attempts }: ModelTask, reason: 'timeout' | 'cancel' | 'drain'): void {
    lastOf(attempts).abortedBy ??= reason
  }

  #settle(task: ModelTask, state: Settled): void {
    this.timers.disarm(task)
    task.state = state
    this.counts[state] += 1
    if (state === 'skipped' || state === 'cancelled') this.events[state] += 1
    if (!task.overdue || state === 'abandoned') this.#free(task)
    const { lane } = task
    if (!lane) return
    lane.size -= 1
    const hasFailed = state === 'failed' || state === 'timedOut'
    if (hasFailed && this.#scenario.onFailure === 'stop') lane.hasStopped = true
    this.#letGo(task)
  }

  /** The others of its response need not wait for it any longer. */
  #letGo(task: ModelTask): void {
    if (!task.lane) return
    if (task.lane.current === task) task.lane.current = undefined
    this.#proceed(task.lane)
  }

  #free(task: ModelTask): void {
    this.pending.delete(task)
    if (this.pending.size === 0) this.#drains.end(this.counts)
  }

  drain(timeout: number | false): ModelDrain {
    // Before it is armed: one whose queueTimeout is as long as the drain is out of time first.
    for (const task of this.pending) if (task.state === 'delayed') this.#ready(task)
    const drain = this.#drains.begin(
      { ...this.counts },
      timeout === false ? Infinity : timeout,
      () => this.#abortAll(),
      () => this.#abandonAll(),
    )
    if (this.pending.size === 0) this.#drains.end(this.counts)
    return drain
  }

  #abortAll(): void {
    this.#drains.areEnding = true
    for (const task of this.pending) if (task.state === 'running') this.#abort(task, 'drain')
  }

  #abandonAll(): void {
    const tasks = [...this.pending]
    this.events.abandoned += tasks.length
    for (const drain of this.#drains.underWay) drain.abandoned.push(...tasks)
    for (const task of tasks) {
      if (isSettled(task)) this.#free(task)
      else this.#settle(task, 'abandoned')
    }
  }
}

const starts = 'what is ready starts once there is a slot, and nothing else does'
const lists = 'a list runs in order or as a group, in one slot'
