import type { TaskOptions } from '@backgrounder/core'
import type { Clock } from './clock.js'
import type { Core } from './core.js'
import type { Model } from './model.js'
import type { Leaf, Node } from './model-list.js'
import type { ModelTask } from './model-task.js'
import type { Body, Call } from './scenario.js'

type Task = InstanceType<Core['Task']>
type Tasks = InstanceType<Core['Tasks']>

/** What the functions of a task know of it. */
export interface Caller {
  readonly model: ModelTask
  /** Of each attempt, if anybody has asked for it. */
  readonly signals: (AbortSignal | undefined)[]
  /** What its function does first, in each attempt. */
  begin(): void
}

/** A function that runs until it is told to end. */
export interface Running {
  readonly leaf: Leaf | undefined
  readonly signal: AbortSignal | undefined
  end(ok: boolean): void
}

/** Makes the functions of a scenario, which tell the model when they start and end. */
export class Functions {
  readonly running = new Set<Running>()
  readonly #core: Core
  readonly #model: Model
  readonly #clock: Clock
  /** Calls the model, and keeps the Violation that it throws: the runner would contain it. */
  readonly #judge: <T>(func: () => T) => T | undefined

  constructor(core: Core, model: Model, clock: Clock, judge: <T>(func: () => T) => T | undefined) {
    this.#core = core
    this.#model = model
    this.#clock = clock
    this.#judge = judge
  }

  /** The Task, or the Tasks, that a task of the scenario is. */
  make(caller: Caller, body: Body, options: TaskOptions): Task {
    const { Task, Tasks } = this.#core
    if (!('tasks' in body)) {
      const func = () => this.#attempt(caller, ({ leaves }) => this.#call(leaves[0] as Leaf))
      return new Task(func).with(options)
    }
    let leaves = 0
    let node: Node
    const build = (part: Body): Task => {
      if ('tasks' in part) return listOf(part.tasks.map(build), part)
      const index = leaves++
      return new Task(() => this.#call(node.leaves[index] as Leaf, node))
    }
    const listOf = (tasks: Task[], { asGroup, concurrency, onFailure }: Exclude<Body, Call>) =>
      new Tasks(tasks, { asGroup, concurrency, onFailure })
    const list = listOf(body.tasks.map(build), body).with(options) as Tasks
    const callOnce = () =>
      this.#attempt(caller, (started) => {
        node = started
        return Tasks.prototype.callOnce.call(list)
      })
    return Object.defineProperty(list, 'callOnce', { value: callOnce })
  }

  /** A promise that is settled when it is told to, or when its signal is aborted. */
  hang(leaf?: Leaf, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const running = { leaf, signal, end }
      const { running: all } = this
      function end(ok: boolean): void {
        all.delete(running)
        if (ok) resolve()
        else reject(failure)
      }
      all.add(running)
      const stop = () => end(leaf?.call.ends === 'yields')
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop)
    })
  }

  /** Tells the model of the end right before the runner hears of it. */
  watch(model: () => ModelTask, promise: Promise<unknown>): void {
    const ended = (ok: boolean) => this.#judge(() => this.#model.ended(model(), ok))
    promise.then(
      () => ended(true),
      () => ended(false),
    )
  }

  #attempt(caller: Caller, call: (node: Node) => unknown): unknown {
    const { model, signals } = caller
    const task = this.#core.currentTask()
    const node = this.#judge(() => this.#model.started(model, task?.attempt ?? 0))
    if (!node) return undefined
    // A signal exists once it is read: half of the tasks do without.
    signals.push(model.id % 2 === 0 ? task?.signal : undefined)
    caller.begin()
    let result: unknown
    try {
      result = call(node)
    } catch (error) {
      this.#judge(() => this.#model.ended(model, false))
      throw error
    }
    if (result instanceof Promise) {
      this.watch(() => model, result)
      this.#model.waits(model)
    } else this.#judge(() => this.#model.ended(model, true))
    return result
  }

  #call(leaf: Leaf, node?: Node): unknown {
    const { ends, burns } = leaf.call
    leaf.state = 'running'
    this.#judge(() => node?.checkStarts(false))
    this.#clock.now += burns
    if (ends === 'returns') {
      leaf.state = 'succeeded'
      return undefined
    }
    if (ends === 'throws') {
      leaf.state = 'failed'
      throw failure
    }
    const result = this.#promise(leaf)
    result.then(
      () => {
        leaf.state = 'succeeded'
      },
      () => {
        leaf.state = 'failed'
      },
    )
    return result
  }

  #promise(leaf: Leaf): Promise<void> {
    switch (leaf.call.ends) {
      case 'resolves':
        return Promise.resolve()
      case 'rejects':
        return Promise.reject(failure)
      case 'late':
        return this.hang(leaf)
      default:
        return this.hang(leaf, this.#core.currentTask()?.signal)
    }
  }
}

const failure = new Error('as the scenario says')
