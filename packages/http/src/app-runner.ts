import {
  createRunner,
  type DrainOptions,
  type DrainReport,
  defaultRunner,
  isRunner,
  type RequestTasks,
  type Rules,
  type Runner,
  type RunnerOptions,
  runnerRules,
  validate,
} from '@backgrounder/core'

/** The property that an adapter's `Register` names; an app declares another one there. */
export type PropertyOf<Register> = Register extends { property: infer P extends string }
  ? P
  : 'tasks'

/** What has the collector under that property. */
export type TasksAs<Property extends string> = { [K in Property]: RequestTasks }

/** Options of `backgroundTasks()`: those of the runner that it makes, or a runner that you made. */
export type AppOptions<Property extends string = string> = (
  | (RunnerOptions & { readonly runner?: undefined })
  | {
      /**
       * Made by `createRunner`: its options are given there. Apps that share one wait for each other's
       * tasks, and the first drain whose time is up abandons them too. @default one of the app's own
       */
      readonly runner: Runner
    }
) & {
  /** Under which name the collector is found. @default 'tasks' */
  readonly property?: Property | undefined
}

/** An app's runner, and how to wait for it. */
export interface AppRunner {
  readonly runner: Runner
  /**
   * Waits for the app's tasks, and then for the definitions that were called: see `Runner.drain`.
   * The timeout is the total.
   */
  drain(options?: DrainOptions): Promise<DrainReport>
}

const appRules: Rules<RunnerOptions & { runner?: Runner; property?: string }> = {
  ...runnerRules,
  runner: [isRunner, 'a runner, as createRunner(options) makes it'],
  property: [(value) => typeof value === 'string' && value !== '', 'a string that is not empty'],
}

/**
 * What is behind `backgroundTasks(options)` of every adapter.
 *
 * @throws TypeError for an unknown option or a wrong value, and for options beside a `runner`.
 */
export function appRunner(options: AppOptions): AppRunner & { readonly property: string } {
  if (isRunner(options)) {
    throw new TypeError(
      'Expected the runner under its name, got it as the options: backgroundTasks({ runner })',
    )
  }
  const {
    runner: given,
    property = 'tasks',
    ...runnerOptions
  } = validate('backgroundTasks', options, appRules)
  const [option] = Object.keys(runnerOptions)
  if (given && option !== undefined) {
    throw new TypeError(`Expected no \`${option}\` beside \`runner\`: give it to createRunner()`)
  }
  const runner = given ?? createRunner(runnerOptions)
  return { runner, property, drain: (drainOptions) => drainBoth(runner, drainOptions) }
}

// One app never waits for another's runner; what definitions were called is nobody's but the
// process's own, so every app waits for that. Either may add to the other.
async function drainBoth(runner: Runner, options: DrainOptions = {}): Promise<DrainReport> {
  const shared = defaultRunner()
  if (runner === shared) return runner.drain(options)
  const deadline = performance.now() + timeLimit(runner, options)
  const left = () => ({ timeout: Math.max(0, deadline - performance.now()) })
  const [own, other] = await Promise.all([runner.drain(options), shared.drain(left())])
  let report = add(own, other)
  // At the deadline once more: one of them may have been given work when its own drain was over.
  for (let isOver = false; !isOver && shared.stats.pending + runner.stats.pending > 0; ) {
    isOver = left().timeout === 0
    report = add(report, await shared.drain(left()))
    report = add(report, await runner.drain(left()))
  }
  return report
}

function timeLimit(runner: Runner, options: DrainOptions): number {
  const timeout = options?.timeout ?? runner.options.drainTimeout
  return timeout === false ? Infinity : timeout
}

function add(a: DrainReport, b: DrainReport): DrainReport {
  return {
    ok: a.ok && b.ok,
    succeeded: a.succeeded + b.succeeded,
    failed: a.failed + b.failed,
    timedOut: a.timedOut + b.timedOut,
    cancelled: a.cancelled + b.cancelled,
    skipped: a.skipped + b.skipped,
    handedOff: a.handedOff + b.handedOff,
    abandoned: [...a.abandoned, ...b.abandoned],
  }
}
