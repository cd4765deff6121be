import { inspect } from 'node:util'
import type { Background } from './background.js'
import type { RequestInfo } from './context.js'
import type { AnyFunction } from './definition.js'
import type { EnqueuedJob } from './engine.js'
import { expected } from './expected.js'
import { merge, type Outcome, type TaskOptions } from './options.js'
import { ResponseLane } from './response-lane.js'
import type { Runner } from './runner.js'
import type { Args } from './task.js'
import type { TaskRun } from './task-run.js'
import type { TaskRunner } from './task-runner.js'
import { runnerRules, taskRules, validate } from './validate.js'

/** Hears once that its response is over. */
export interface ResponseObserver {
  /** Its tasks may start, unless they want another outcome. */
  responseOver(outcome: Outcome): void
}

/** What core asks of an adapter, of its request and its response. */
export interface ResponseSource<Req, Res> {
  /** What reports and spans say of the request. */
  describe(request: Req): RequestInfo
  /** Calls the observer once when the response is over, or returns the outcome if it is already. */
  observe(response: Res, observer: ResponseObserver): Outcome | undefined
}

/**
 * The tasks of one response: what `res.locals.tasks`, `ctx.tasks` and `request.tasks` are.
 * Whatever is added runs once the response is over, however it ended.
 *
 * @example
 * ```ts
 * app.post('/signup', (req, res) => {
 *   res.locals.tasks.addTask(sendEmail, req.body.email)
 *   res.status(202).json({ ok: true })
 * })
 * ```
 */
export class RequestTasks {
  readonly #runner: TaskRunner
  readonly #source: ResponseSource<unknown, unknown>
  // Let go of at the first addTask: a running task keeps neither of them alive.
  #request: unknown
  #response: unknown
  #lane: ResponseLane | undefined

  /** For adapters: see `collectTasks` of `@backgrounder/http`. */
  constructor(
    runner: Runner,
    source: ResponseSource<unknown, unknown>,
    request: unknown,
    response: unknown,
  ) {
    this.#runner = runner as TaskRunner
    this.#source = source
    this.#request = request
    this.#response = response
  }

  /** For adapters: whether this collector gives its tasks to that runner. */
  static isOn(tasks: RequestTasks, runner: Runner): boolean {
    return #runner in tasks && tasks.#runner === runner
  }

  /** What a method was called on: it may have been taken off. */
  static #of(receiver: unknown, method: string): RequestTasks {
    if (typeof receiver === 'object' && receiver !== null && #runner in receiver) return receiver
    const mend = `Call it on them: tasks.${method}(…)`
    throw expected(`this of ${method}`, "a response's tasks", receiver, mend)
  }

  /** How many tasks have been added and are not settled. */
  get size(): number {
    return this.#lane?.size ?? 0
  }

  /**
   * Whether the tasks of this response run all at once. May be set until the response is over.
   *
   * @throws TypeError when its tasks have begun, or the value is not true or false.
   */
  get asGroup(): boolean {
    return this.#lane?.asGroup ?? this.#runner.options.asGroup
  }

  set asGroup(asGroup: boolean) {
    validate('tasks', { asGroup }, { asGroup: runnerRules.asGroup })
    const lane = this.#makeLane()
    if (lane.outcome) {
      throw new TypeError(
        'Expected `asGroup` to be set before the response is over: it is over. For what is added ' +
          'now: addTask(new Tasks([…], { asGroup: true }))',
      )
    }
    lane.asGroup = asGroup
  }

  /**
   * Accepts a function with its arguments, a Task, a Tasks or a definition, to be run after this
   * response; soon, if the response is over already.
   *
   * @throws TypeError when it cannot be run; QueueFullError, a 503, when too many are pending.
   */
  addTask<A extends unknown[]>(
    func: (this: void, ...args: A) => unknown,
    ...args: Args<A>
  ): TaskRun {
    return RequestTasks.#of(this, 'addTask').#add(this.addTask, func, args)
  }

  /**
   * Follows a promise that is running already: reported and drained like a task of this response.
   *
   * @throws TypeError when it is not a promise.
   */
  track(promise: PromiseLike<unknown>): TaskRun {
    return RequestTasks.#of(this, 'track').#follow(this.track, promise)
  }

  /**
   * Stores a job for a worker, before the answer: when this resolves, the engine has it, whatever
   * becomes of this process. The runner needs an `engine`.
   *
   * @throws NotDurableError for anything but a definition with a name; NoEngineError; TypeError for
   * arguments that JSON would change; EnqueueError, a 503, when the store does not take it in time.
   * @example
   * ```ts
   * const welcomeMail = background(sendEmail, { name: 'welcome-mail', retries: 5 })
   * await res.locals.tasks.enqueue(welcomeMail, 'a@b.c')
   * ```
   */
  enqueue<A extends unknown[]>(definition: Background<A>, ...args: Args<A>): Promise<EnqueuedJob> {
    return RequestTasks.#of(this, 'enqueue').#runner.storeJob(definition, args)
  }

  /**
   * The same collector, with options for what is added through it.
   *
   * @throws TypeError for an unknown option or a wrong value; from `track` for one that needs a
   * function: it takes `name` and `signal`.
   * @example
   * ```ts
   * res.locals.tasks.with({ when: 'success' }).addTask(sendReceipt, order)
   * ```
   */
  with(options: TaskOptions): Pick<RequestTasks, 'addTask' | 'track' | 'enqueue'> {
    const own = merge({}, validate('tasks.with()', options, taskRules))
    const view: Pick<RequestTasks, 'addTask' | 'track' | 'enqueue'> = {
      addTask: (func, ...args) => this.#add(view.addTask, func, args, own),
      track: (promise) => this.#follow(view.track, promise, trackable(own)),
      enqueue: (definition, ...args) => this.#runner.storeJob(definition, args, own),
    }
    return view
  }

  #add(entry: AnyFunction, func: AnyFunction, args: unknown[], options?: TaskOptions): TaskRun {
    const lane = this.#makeLane()
    if (this.#response) this.#observe(lane)
    const run = this.#runner.accept(entry, func, args, options, lane)
    lane.add(run)
    this.#runner.announce(run)
    return run
  }

  #follow(entry: AnyFunction, promise: PromiseLike<unknown>, options?: TaskOptions): TaskRun {
    const lane = this.#makeLane()
    if (this.#response) this.#observe(lane)
    const run = this.#runner.follow(entry, promise, options, lane)
    lane.count()
    this.#runner.announce(run)
    return run
  }

  #makeLane(): ResponseLane {
    this.#lane ??= new ResponseLane(this.#runner)
    return this.#lane
  }

  #observe(lane: ResponseLane): void {
    lane.request = this.#source.describe(this.#request)
    const outcome = this.#source.observe(this.#response, lane)
    this.#request = undefined
    this.#response = undefined
    if (outcome) lane.responseOver(outcome)
  }
}

/** Refuses options that mean nothing for a promise: there is nothing to start, or to call again. */
function trackable(options: TaskOptions): TaskOptions {
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || key === 'name' || key === 'signal') continue
    const mend = 'A promise runs already. For the others: addTask(func)'
    throw expected('the options of with(…).track', 'name or signal', { [key]: value }, mend)
  }
  return options
}

Object.defineProperties(RequestTasks.prototype, {
  // A console.log of res.locals must print small, and drag nothing along.
  [inspect.custom]: {
    value(this: RequestTasks) {
      return `RequestTasks(size=${this.size}, asGroup=${this.asGroup})`
    },
  },
  // An answer of res.json(res.locals) must be what it was: JSON leaves out what is undefined.
  toJSON: { value: () => undefined },
})
