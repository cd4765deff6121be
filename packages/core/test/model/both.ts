import type { DrainReport, Runner, TaskOptions, TaskRun } from '@backgrounder/core'
import { type BothResponse, makeResponse } from './both-response.js'
import type { Clock } from './clock.js'
import type { Core } from './core.js'
import { EventCounts } from './events.js'
import { type Caller, Functions } from './functions.js'
import { Model } from './model.js'
import { isSettled, type ModelDrain, type ModelTask } from './model-task.js'
import type { Action, Addition, Scenario, TaskSpec } from './scenario.js'
import { check, same, Violation } from './violation.js'

interface BothTask {
  readonly run: TaskRun
  readonly model: ModelTask
  /** Of each attempt, if anybody has asked for it. */
  readonly signals: readonly (AbortSignal | undefined)[]
  /** How often its failure was reported. */
  reports: number
  /** What its `done` has come to, once somebody has asked for it. */
  ends: string[] | undefined
}

interface BothDrain {
  readonly model: ModelDrain
  report: DrainReport | undefined
  /** So has the promise of `settled()`, which was asked for at the same time. */
  isSettled: boolean
}

/** A runner and the model, which are told the same. */
export class Both {
  readonly scenario: Scenario
  readonly model: Model
  readonly runner: Runner
  readonly functions: Functions
  readonly events: EventCounts
  readonly tasks: BothTask[] = []
  readonly drains: BothDrain[] = []
  readonly responses: readonly BothResponse[]
  /** The first, wherever it came up: what a function throws goes to the runner. */
  violation: Violation | undefined
  readonly #signals = [new AbortController(), new AbortController()]

  constructor(core: Core, scenario: Scenario, clock: Clock) {
    const { asGroup, actions: _, ...options } = scenario
    this.scenario = scenario
    this.model = new Model(scenario, clock)
    this.functions = new Functions(core, this.model, clock, (func) => this.#judge(func))
    this.events = new EventCounts((run, reason) => this.#skipped(run, reason))
    this.runner = core.createRunner({
      ...options,
      slowWarning: false,
      logger: { error() {} },
      onError: (_error, run) => {
        const task = this.#find(run)
        if (task) task.reports += 1
      },
    })
    this.responses = asGroup.map((isGroup) => makeResponse(core, this.runner, isGroup))
  }

  perform(action: Exclude<Action, { do: 'tick' }>): void {
    switch (action.do) {
      case 'add':
        for (let i = 0; i < action.times; i++) this.add(action)
        break
      case 'track':
        this.#track(action.lane, action.signal)
        break
      case 'end':
        pick([...this.functions.running], action.pick)?.end(action.ok)
        break
      case 'over':
        this.over(this.responses[action.lane] as BothResponse, action.ok)
        break
      case 'cancel':
        this.#cancel(pick(this.tasks.filter(isPending), action.pick))
        break
      case 'cancelBut':
        for (const task of this.tasks) if (task.model.id % action.nth > 0) this.#cancel(task)
        break
      case 'abort':
        this.#abort(action.signal)
        break
      case 'drain':
        this.drain(action.timeout)
    }
  }

  add({ lane, spec }: Addition): void {
    const response = lane === undefined ? undefined : this.responses[lane]
    const adder = response?.tasks ?? this.runner
    const { isFull } = this.model
    let task: BothTask | undefined
    const caller: Caller = {
      signals: [],
      get model() {
        return (task as BothTask).model
      },
      begin: () => {
        for (const addition of spec.adds) this.add(addition)
        if (spec.cancelsItself) this.#cancel(task)
      },
    }
    const callable = this.functions.make(caller, spec.body, this.#optionsOf(spec))
    let run: TaskRun
    try {
      run = adder.addTask(callable)
    } catch (error) {
      const isRefusal = (error as { code?: string }).code === 'BG_QUEUE_FULL'
      this.#judge(() => check(isFull && isRefusal, maxPending, () => String(error)))
      return
    }
    this.#judge(() => check(!isFull, maxPending, () => `${this.model.pending.size} are pending`))
    const model = this.model.accept(spec, response?.model, spec.signal)
    task = { run, model, signals: caller.signals, reports: 0, ends: undefined }
    this.#keep(task)
    if (this.#signalOf(spec.signal)?.aborted) this.model.cancel(model)
  }

  #track(lane: number | undefined, signalIndex: number | undefined): void {
    const response = lane === undefined ? undefined : this.responses[lane]
    const signal = response && this.#signalOf(signalIndex)
    const promise = this.functions.hang()
    let task: BothTask | undefined
    this.functions.watch(() => (task as BothTask).model, promise)
    const tracker = signal ? response.tasks.with({ signal }) : (response?.tasks ?? this.runner)
    const run = tracker.track(promise)
    const model = this.model.accept(undefined, response?.model, signal && signalIndex)
    task = { run, model, signals: [], reports: 0, ends: undefined }
    this.#keep(task)
    if (signal?.aborted) this.model.cancel(model)
  }

  #keep(task: BothTask): void {
    this.tasks.push(task)
    // It is made when somebody asks for it: sooner or later.
    if (task.model.id % 2 === 0) this.hear(task)
  }

  over(response: BothResponse, ok: boolean): void {
    if (response.model.outcome) return
    response.end(ok)
    this.model.over(response.model, ok ? 'ok' : 'failed')
  }

  #cancel(task: BothTask | undefined): void {
    if (!task) return
    const { run, model } = task
    const wasCancelled = run.cancel('cancelled')
    this.#judge(() => same(wasCancelled, this.model.cancel(model), states, `cancel ${model.id}`))
  }

  #abort(index: number): void {
    this.#signals[index]?.abort('cancelled')
    for (const { model } of this.tasks) if (model.signal === index) this.model.cancel(model)
  }

  drain(timeout: number | false): BothDrain {
    const drained = this.runner.drain({ timeout })
    const settled = this.runner.settled()
    const model = this.model.drain(timeout)
    const drain: BothDrain = { model, report: undefined, isSettled: false }
    this.drains.push(drain)
    void settled.then(() => {
      drain.isSettled = true
    })
    void drained.then((report) => {
      drain.report = report
    })
    return drain
  }

  /** Asks for its `done`, if nobody has. */
  hear(task: BothTask): void {
    if (task.ends) return
    const ends: string[] = []
    task.ends = ends
    task.run.done.then(
      () => ends.push('resolved'),
      () => ends.push('rejected'),
    )
  }

  #skipped(run: TaskRun, reason: string): void {
    const task = this.#find(run)
    if (task) this.#judge(() => this.model.skipped(task.model, reason))
  }

  #find(run: TaskRun): BothTask | undefined {
    return this.tasks.find((task) => task.run === run)
  }

  #judge<T>(func: () => T): T | undefined {
    try {
      return func()
    } catch (error) {
      if (!(error instanceof Violation)) throw error
      this.violation ??= error
      return undefined
    }
  }

  #signalOf(index: number | undefined): AbortSignal | undefined {
    return index === undefined ? undefined : this.#signals[index]?.signal
  }

  #optionsOf({ timeout, queueTimeout, retries, when, signal }: TaskSpec): TaskOptions {
    const options = { timeout, queueTimeout, when, retries: { ...retries, jitter: false } }
    return { ...options, signal: this.#signalOf(signal) }
  }
}

function isPending({ model }: BothTask): boolean {
  return !isSettled(model)
}

function pick<T>(from: readonly T[], index: number): T | undefined {
  return from[index % from.length]
}

const maxPending = 'maxPending refuses what is beyond it, and nothing else'
const states = 'a task is in the state that the model says'
