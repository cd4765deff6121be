// @backgrounder/core/testing: for the tests of an app, and of an engine.
import { defaultRunner } from './background.js'
import type { RequestInfo } from './context.js'
import { type AnyFunction, accepted, define, nameOf } from './definition.js'
import { BackgrounderError } from './errors.js'
import { expected } from './expected.js'
import type { RunnerOptions, TaskOptions } from './options.js'
import { describeRequest, escapeLine } from './report.js'
import type { Lane, Run } from './run.js'
import { isRunner, type Runner } from './runner.js'
import type { TaskRun } from './task-run.js'
import { TaskRunner } from './task-runner.js'
import { keepAlive, limitOf, startTimer } from './timer.js'
import { drainRules, runnerRules, validate } from './validate.js'

export { type EngineCase, engineContract } from './engine-contract.js'
export type { OpenEngine } from './engine-contract-bench.js'
export { type InMemoryEngine, inMemoryEngine } from './in-memory-engine.js'

interface SettledOptions {
  /** In ms; Infinity or false: as long as it takes. @default 5_000 */
  readonly timeout?: number | false | undefined
}

/**
 * Waits until everything that an Express, Koa, Fastify or Hono app has accepted is settled, and what
 * definitions that were called have started. An app that is mounted in this one behind a function
 * (koa-mount) is not found: pass it, or its runner.
 *
 * @throws TypeError when the app has no `backgroundTasks()`; BackgrounderError after `timeout` ms
 * (5,000), which names what is not settled.
 * @example
 * ```ts
 * await request(app).post('/signup').send({ email: 'a@b.c' }).expect(202)
 * await settled(app)
 * expect(mails).toEqual(['a@b.c'])
 * ```
 */
export async function settled(app: unknown, options: SettledOptions = {}): Promise<void> {
  validate('settled', options, { timeout: drainRules.timeout })
  const { timeout = 5_000 } = options
  const runners = [...findRunners(app), defaultRunner() as TaskRunner]
  if (runners.length === 1) {
    const mend = 'Mount backgroundTasks() in it, or pass the runner itself: settled(runner)'
    throw expected('the argument of settled', 'an app with backgroundTasks()', app, mend)
  }
  const pending = () => runners.flatMap((runner) => runner.pending())
  let isLate = false
  let wake = () => {}
  const late = new Promise<void>((resolve) => {
    wake = resolve
  })
  const release = keepAlive()
  const timer = startTimer(() => {
    isLate = true
    wake()
  }, limitOf(timeout))
  // More than once: what waited for one of them may have added another.
  while (!isLate && pending().length > 0) {
    await Promise.race([Promise.all(runners.map((runner) => runner.settled())), late])
  }
  release()
  clearTimeout(timer)
  const rest = pending()
  if (rest.length === 0) return
  const names = rest.slice(0, 10).map(describe).join(', ')
  throw new BackgrounderError(
    'BG_NOT_SETTLED',
    `After ${timeout} ms ${rest.length} of the app's tasks are not settled: ${names}`,
  )
}

function describe({ name, state, request }: TaskRun): string {
  const where = describeRequest(request)
  return escapeLine(`${name} (${state}${where && !name.endsWith(where) ? `, ${where}` : ''})`)
}

// Where frameworks keep what was mounted: Express its router's stack of layers, Koa a list of
// middleware, Fastify a decorator, Hono a list of
// routes. Express 4 throws at the look at `router`.
const places = [
  'runner',
  'taskRunner',
  '_router',
  'router',
  'middleware',
  'stack',
  'handle',
  'route',
  'routes',
  'handler',
]

function findRunners(app: unknown): Set<TaskRunner> {
  const found = new Set<TaskRunner>()
  const seen = new Set([app])
  for (const value of seen) {
    if (isRunner(value)) found.add(value as TaskRunner)
    else if (Array.isArray(value)) for (const each of value) seen.add(each)
    else if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
      for (const place of places) seen.add(valueAt(value, place))
    }
  }
  return found
}

function valueAt(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}

/** A task as it was added: what would have been called, and with what. */
export interface AddedTask {
  readonly name: string
  readonly func: AnyFunction
  readonly args: readonly unknown[]
  readonly options: Readonly<TaskOptions>
  readonly request: RequestInfo | undefined
}

/** A runner that lists what was added and runs none of it. */
export interface Recorder extends Runner {
  readonly added: readonly AddedTask[]
  /** Forgets what was added. */
  clear(): void
}

/**
 * Makes a runner that lists what was added, and settles it as `skipped` without running it.
 *
 * @throws TypeError for an unknown option or a wrong value.
 * @example
 * ```ts
 * const recorder = createRecorder()
 * app.use(backgroundTasks({ runner: recorder }))
 * await request(app).post('/signup').send({ email: 'a@b.c' })
 * expect(recorder.added).toMatchObject([{ name: 'sendEmail', args: ['a@b.c'] }])
 * ```
 */
export function createRecorder(options: RunnerOptions = {}): Recorder {
  return new RecordingRunner(validate('createRecorder', options, runnerRules))
}

class RecordingRunner extends TaskRunner implements Recorder {
  readonly #added: AddedTask[] = []

  get added(): readonly AddedTask[] {
    return this.#added
  }

  clear(): void {
    this.#added.length = 0
  }

  override accept(
    entry: AnyFunction,
    given: AnyFunction,
    givenArgs: unknown[],
    givenOptions: TaskOptions | undefined,
    lane: Lane,
  ): Run {
    const run = super.accept(entry, given, givenArgs, givenOptions, lane)
    const { func, args, options } = accepted(define(given, givenArgs, givenOptions))
    const { request } = run
    this.#added.push({ name: options.name ?? nameOf(func), func, args, options, request })
    return run
  }

  override announce(run: Run): void {
    super.announce(run)
    this.refuse(run, 'recorded')
  }
}
