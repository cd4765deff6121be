import type { Background } from './background.js'
import type { Definition } from './definition.js'
import type { Delivery, Verdict } from './engine.js'
import { WorkerDiedError } from './errors.js'
import { merge } from './options.js'
import { attemptsOf, type Retries } from './retry.js'
import type { Lane, Run } from './run.js'
import type { TaskRunner } from './task-runner.js'
import { UnknownWarning } from './warnings.js'

/** Runs deliveries of an engine, one attempt of each: what follows is the engine's to keep. */
export class JobLane implements Lane {
  readonly runner: TaskRunner
  readonly request: undefined
  readonly outcome: undefined
  readonly stopped = false
  readonly #definitions: ReadonlyMap<string, Background>
  readonly #resolvers = new WeakMap<Run, (verdict: Verdict) => void>()
  readonly #unknown = new UnknownWarning()
  /** Of what was given back. */
  readonly #verdicts = new WeakMap<Run, Verdict>()

  constructor(runner: TaskRunner, definitions: ReadonlyMap<string, Background>) {
    this.runner = runner
    this.#definitions = definitions
  }

  /** Runs one attempt. Stays pending when the drain abandons it. */
  deliver(delivery: Delivery): Promise<Verdict> {
    const definition = this.#definitions.get(delivery.name)
    if (!definition) {
      this.#unknown.warn(delivery.name)
      return Promise.resolve({ state: 'unknown' })
    }
    return new Promise((resolve) => {
      const run = this.runner.startJob(toRun(definition, delivery), this, delivery)
      this.#resolvers.set(run, resolve)
    })
  }

  overdue(): void {}
  died(): void {}
  settled(): void {}

  giveBack(run: Run, error: unknown, delay: number | undefined): void {
    const isReleased = delay === undefined
    this.#verdicts.set(run, isReleased ? { state: 'released' } : { state: 'retry', error, delay })
  }

  /** Not before its function has ended: else another attempt would run beside it. */
  ended(run: Run): void {
    const resolve = this.#resolvers.get(run)
    const { state, error } = run
    if (state === 'succeeded') resolve?.({ state })
    else if (state === 'handedOff') resolve?.(this.#verdicts.get(run) as Verdict)
    else if (state !== 'abandoned') resolve?.({ state: 'failed', error })
  }
}

/**
 * What there is to run for a delivery: its definition, with the policies it was accepted with. Not with a
 * `signal`: that is of one process, and the job would be dead in each.
 */
function toRun({ func, options }: Background, delivery: Delivery): Definition {
  const { name, timeout, deaths } = delivery
  const retries = withRetryIf(delivery.retries, options.retries)
  const own = merge({ name }, { timeout, retries, queueTimeout: false })
  // One that ends its worker must not do so for ever.
  if (deaths > Math.max(LEAST_DEATHS, attemptsOf(retries) - 1)) {
    return { func: () => giveUp(name, deaths), args: [], options: merge(own, { retries: 0 }) }
  }
  // A copy: what the function does to them is not seen by another attempt.
  return { func, args: structuredClone(delivery.args) as unknown[], options: own }
}

/** So many workers may die with a job that is not to be tried again: a deploy must not lose it. */
const LEAST_DEATHS = 2

function giveUp(name: string, deaths: number): never {
  throw new WorkerDiedError(name, deaths)
}

/** A function cannot be stored: that one is the worker's own. */
function withRetryIf(stored: Retries, own: Retries | undefined): Retries {
  const retryIf = typeof own === 'object' ? own.retryIf : undefined
  if (!retryIf) return stored
  return { ...(typeof stored === 'number' ? { attempts: stored + 1 } : stored), retryIf }
}
