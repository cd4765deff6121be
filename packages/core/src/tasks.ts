import { AbortableContext, CallContext } from './call-context.js'
import { publish } from './channels.js'
import type { Context } from './context.js'
import { currentContext, enter } from './current-task.js'
import { type AnyFunction, type Definition, isTask } from './definition.js'
import { expected } from './expected.js'
import { startGroup } from './group.js'
import { type OnFailure, runsAfter, type TaskOptions, type TasksOptions } from './options.js'
import { Pace } from './pace.js'
import { type Args, copyOptions, Task } from './task.js'
import { tasksRules, validate } from './validate.js'

/**
 * A list of tasks that runs in order, or all at once as a group. It is a Task itself: it nests, it
 * can be awaited, and it can be added to a response.
 *
 * In order, a failure is thrown as it is and the rest does not run. As a group, a failure aborts
 * the `signal` of the others, those not started do not start, and once the last one that runs has
 * ended an AggregateError is thrown. With `onFailure: 'continue'` all run, and then one
 * AggregateError has every error in the list's order.
 *
 * @example
 * ```ts
 * const tasks = new Tasks([new Task(resize, file), new Task(notify, 'ops')], { asGroup: true })
 * tasks.addTask(audit, { action: 'upload' })
 * await tasks()
 * ```
 */
export class Tasks extends Task<[], void> {
  readonly concurrency: number
  readonly onFailure: OnFailure
  readonly #tasks: Task[]
  /** Told of each addition: the runs of this list that are under way as a group. */
  readonly #groups = new Set<() => void>()
  #asGroup: boolean

  /** @throws TypeError when `tasks` is not iterable, an element is not a Task, or an option is wrong. */
  constructor(tasks?: readonly Task[] | Iterable<Task> | null, options: TasksOptions = {}) {
    validate(
      'new Tasks',
      options,
      tasksRules,
      'The tasks are one list: new Tasks([a, b], { asGroup: true })',
    )
    super({ Tasks: (): Promise<void> => this.run() }.Tasks) // a function of that name
    this.#tasks = copy(tasks)
    this.#asGroup = options.asGroup ?? false
    this.concurrency = options.concurrency ?? Infinity
    this.onFailure = options.onFailure ?? 'stop'
  }

  /** How many tasks are in the list; running it takes none out. */
  get size(): number {
    return this.#tasks.length
  }

  get asGroup(): boolean {
    return this.#asGroup
  }

  set asGroup(value: boolean) {
    validate('tasks', { asGroup: value }, { asGroup: tasksRules.asGroup })
    this.#asGroup = value
  }

  /** The tasks in the order in which they were added. */
  [Symbol.iterator](): IterableIterator<Task> {
    return this.#tasks[Symbol.iterator]()
  }

  /**
   * Adds a function with its arguments, a Task, a Tasks or a definition. During a run it is run in
   * the same run.
   *
   * @throws TypeError when it cannot be run, or is this list itself.
   */
  addTask<A extends unknown[]>(func: (this: void, ...args: A) => unknown, ...args: Args<A>): void {
    const task = isTask(func) && args.length === 0 ? func : new Task(func, ...args)
    if (contains(task, this)) {
      const mend = 'For its tasks once more: addTask(new Tasks(tasks))'
      throw expected(
        'the first argument of addTask',
        'a Task other than the list itself',
        task,
        mend,
      )
    }
    this.#tasks.push(task)
    for (const proceed of this.#groups) proceed()
  }

  /**
   * Runs the list and waits for all that it has started.
   *
   * @throws the first failure as it is, in order under 'stop'; otherwise one AggregateError.
   */
  override async run(): Promise<void> {
    await super.run()
  }

  /** @internal */
  override definition(): Definition {
    if (this.run !== Tasks.prototype.run) return super.definition()
    const func = { Tasks: () => this.callOnce() }.Tasks as AnyFunction
    return { func, args: [], options: this.options }
  }

  /** @internal */
  override async callOnce(): Promise<void> {
    const errors = this.#asGroup ? await this.#runAsGroup() : await this.#runInOrder()
    if (errors.length === 0) return
    throw new AggregateError(errors, `${errors.length} of ${this.size} tasks failed`)
  }

  async #runInOrder(): Promise<unknown[]> {
    // Of this list: `run` and the runner see to it. But the runner of another copy of core cannot.
    const context = currentContext() ?? new CallContext(this.name, undefined)
    const pace = new Pace()
    const errors: unknown[] = []
    for (const task of this.#tasks) {
      if (pace.isOver) await pace.rest()
      if (context.abortion) return withoutAbortion(context, errors)
      try {
        await pace.start(() => runInside(context, task))
      } catch (error) {
        if (this.onFailure === 'stop') throw error
        errors.push(error)
      }
    }
    return errors
  }

  async #runAsGroup(): Promise<unknown[]> {
    const context = new AbortableContext(this.name, currentContext())
    const group = startGroup({
      list: this.#tasks,
      concurrency: this.concurrency,
      start: (task) => runInside(context, task),
      isStopped: () => context.abortion !== undefined,
      onFailure: (cause) => {
        if (this.onFailure === 'continue' || context.abortion) return
        const name = 'AbortError'
        context.abort(new DOMException('A task of its group failed', { name, cause }))
      },
    })
    this.#groups.add(group.proceed)
    try {
      const errors = await group.ended
      // Told to stop when there was nothing to stop any more: all of it has ended well.
      if (errors.length === 0 && group.isWhole()) return errors
      return withoutAbortion(context, errors)
    } finally {
      this.#groups.delete(group.proceed)
      context.end()
    }
  }

  override with(options: TaskOptions): Tasks {
    const { concurrency, onFailure } = this
    // Only the list itself runs as a subclass would have it: then the copy is a list of that one.
    const copy =
      this.run === Tasks.prototype.run
        ? new Tasks(this, { asGroup: this.#asGroup, concurrency, onFailure })
        : new Tasks([this])
    return copyOptions(this, copy, options)
  }

  /** @internal */
  override print(show: (value: unknown) => string): string {
    const tasks = this.#tasks.map((task) => show(task)).join(', ')
    return `Tasks(tasks=[${tasks}], asGroup=${this.#asGroup})`
  }
}

function copy(tasks: Iterable<Task> | null | undefined): Task[] {
  if (tasks === null || tasks === undefined) return []
  if (typeof tasks[Symbol.iterator] !== 'function') {
    const mend = `${isTask(tasks) ? 'Put it in a list' : 'For example'}: new Tasks([task])`
    throw expected('the first argument of new Tasks', 'an iterable of Task', tasks, mend)
  }
  const list = [...tasks]
  for (const [index, task] of list.entries()) {
    if (isTask(task)) continue
    const mend = typeof task === 'function' ? 'Make it one: new Task(func, ...args)' : undefined
    throw expected(`tasks[${index}]`, 'a Task', task, mend)
  }
  return list
}

/** Whether `list` stands anywhere in `task`, which may share lists and be nested deep. */
function contains(task: Task, list: Tasks): boolean {
  const seen = new Set([task])
  for (const each of seen) if (each instanceof Tasks) for (const inner of each) seen.add(inner)
  return seen.has(list)
}

/** Runs one of the list, unless its own `when` says that it has no place after this response. */
async function runInside(context: Context, task: Task): Promise<void> {
  // Now and then a new stack: lists nest in any depth, each of them by one or two.
  if (context.depth % 100 > 97) await null
  const { when } = task.options
  if (when && context.outcome && !runsAfter(when, context.outcome)) {
    publish('task.skipped', { name: task.name, reason: 'when', task: context })
    return
  }
  await enter(context, task, [])
}

/**
 * The errors of a group but for what its own abort has caused. When nothing else has failed, it is
 * a group around this one that was aborted: its reason is thrown as it is, for that one to know.
 */
function withoutAbortion({ abortion }: Context, errors: unknown[]): unknown[] {
  if (!abortion) return errors
  const own = errors.filter((error) => error !== abortion.reason)
  if (own.length === 0) throw abortion.reason
  return own
}
