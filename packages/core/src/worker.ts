import type { Background } from './background.js'
import { isDefinition } from './definition.js'
import type { Engine, EngineWorker } from './engine.js'
import { expected } from './expected.js'
import { JobLane } from './job-lane.js'
import type { Around, Logger } from './options.js'
import type { DrainReport, Runner, RunnerStats } from './runner.js'
import { StoreErrors } from './store-errors.js'
import type { TaskRun } from './task-run.js'
import { TaskRunner } from './task-runner.js'
import { drainRules, type Rules, runnerRules, validate } from './validate.js'

/** Options of a worker. Those of a runner mean the same here. */
export interface WorkerOptions {
  /** Where the jobs are. */
  engine: Engine
  /** The definitions that this worker runs. Jobs of other names wait for another worker. */
  // biome-ignore lint/suspicious/noExplicitAny: of any arguments
  tasks: Iterable<Background<any>>
  /** How many jobs run at once. @default 10 */
  concurrency?: number | undefined
  /**
   * Called with each job that has failed for good, and with each error of the store, which has no run;
   * what it throws is contained. @default a report on `logger`
   */
  onError?: ((error: unknown, run?: TaskRun) => unknown) | undefined
  /** Where the default `onError` reports. @default console */
  logger?: Logger | undefined
  /** Wraps each attempt: call `next()` once and return what it returns. @default none */
  around?: Around | undefined
  /** Make `currentTask()` work anywhere. @default false */
  asyncContext?: boolean | undefined
  /** Warn of a job that runs longer than this, in ms; once for each attempt. @default 30_000 */
  slowWarning?: number | false | undefined
  /** Warn of a job that blocks the event loop longer than this, in ms. @default 100 */
  blockedWarning?: number | false | undefined
  /** How long `close` waits, in ms, if it is not told. @default 20_000 */
  drainTimeout?: number | false | undefined
}

/** Runs the jobs of an engine. */
export interface Worker {
  /** What its jobs run on, for tools that watch it. What is added to it is no job. */
  readonly runner: Runner
  readonly stats: RunnerStats
  /** The jobs that run. */
  running(): TaskRun[]
  /**
   * Takes no more jobs, and waits for those that run. 3 s before the timeout, halfway in one shorter
   * than 6 s, their signals are aborted; one that fails then is delivered again and that attempt does
   * not count; what still runs at the timeout is abandoned here and delivered to another worker.
   */
  close(options?: { readonly timeout?: number | false | undefined }): Promise<DrainReport>
  /** Closes, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a worker: in the process that answers, or in one of its own.
 *
 * @throws TypeError for an unknown option, a wrong value, or two definitions of one name.
 * @example
 * ```ts
 * const worker = await startWorker({ engine, tasks: [welcomeMail], concurrency: 10 })
 * process.once('SIGTERM', () => void worker.close())
 * ```
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const {
    engine,
    tasks,
    concurrency = 10,
    onError,
    ...rest
  } = validate(
    'startWorker',
    options,
    workerRules,
    'For example: startWorker({ engine, tasks: [welcomeMail] })',
  )
  // Given as undefined they pass as not given.
  if (!engine) throw expected('engine', workerRules.engine[1], engine)
  if (!tasks) throw expected('tasks', workerRules.tasks[1], tasks)
  const runner = new TaskRunner({ ...rest, ...(onError && { onError }) })
  const lane = new JobLane(runner, byName(tasks))
  const worker = await engine.work({
    concurrency,
    deliver: (delivery) => lane.deliver(delivery),
    onError: new StoreErrors(runner.options.logger, onError).add,
  })
  return new JobWorker(runner, worker)
}

class JobWorker implements Worker {
  readonly runner: Runner
  readonly #worker: EngineWorker
  #closing: Promise<DrainReport> | undefined

  constructor(runner: TaskRunner, worker: EngineWorker) {
    this.runner = runner
    this.#worker = worker
  }

  get stats(): RunnerStats {
    return this.runner.stats
  }

  running(): TaskRun[] {
    return this.runner.running()
  }

  async close(
    options: { readonly timeout?: number | false | undefined } = {},
  ): Promise<DrainReport> {
    const { timeout } = drainRules
    validate('worker.close', options, { timeout }, 'For example: close({ timeout: 5_000 })')
    this.#closing ??= this.#close(options)
    return this.#closing
  }

  async #close(options: { readonly timeout?: number | false | undefined }): Promise<DrainReport> {
    // Not waited for: the store may be down, and what runs is to hear of the end in time.
    const paused = this.#worker.pause()
    const report = await this.runner.drain(options)
    await paused
    await this.#worker.close()
    return report
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function byName(tasks: Iterable<Background>): Map<string, Background> {
  const found = new Map<string, Background>()
  for (const task of tasks) {
    if (!isDefinition(task) || task.options.name === undefined) {
      throw expected('each of tasks', 'a definition with a name', task, mend)
    }
    const other = found.get(task.name)
    if (other && other !== task) {
      throw expected('tasks', 'definitions of different names', task.name, 'Two have this one')
    }
    found.set(task.name, task)
  }
  return found
}

const mend = 'Give it one: background(fn, { name })'

const { onError, logger, around, asyncContext, slowWarning, blockedWarning, drainTimeout } =
  runnerRules

const workerRules: Rules<WorkerOptions> = {
  engine: runnerRules.engine,
  tasks: [
    (value) => typeof (value as Iterable<unknown> | null)?.[Symbol.iterator] === 'function',
    'a list of definitions',
  ],
  concurrency: [
    (value) => Number.isInteger(value) && (value as number) >= 1,
    'a whole number from 1 and up',
  ],
  onError,
  logger,
  around,
  asyncContext,
  slowWarning,
  blockedWarning,
  drainTimeout,
}
