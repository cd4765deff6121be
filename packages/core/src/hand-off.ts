import { publish } from './channels.js'
import type { Engine } from './engine.js'
import { HandedOffError } from './errors.js'
import { JobStore } from './job-store.js'
import type { Lifecycle } from './lifecycle.js'
import type { Run } from './run.js'
import type { RunnerSettings } from './runner.js'

/**
 * Gives the durable tasks that have not started to the engine: they never start here. What the engine
 * does not take stays pending, for the drain to abandon.
 */
export class HandOff {
  readonly #lifecycle: Lifecycle
  readonly #options: RunnerSettings
  /** Why the engine did not take one. */
  readonly refused: WeakMap<Run, unknown> = new WeakMap()
  #answers: Promise<unknown> = Promise.resolve()

  constructor(lifecycle: Lifecycle, options: RunnerSettings) {
    this.#lifecycle = lifecycle
    this.#options = options
  }

  /** Resolves when the engine has answered for each of them, and for those before. */
  async handAll(engine: Engine): Promise<void> {
    const jobs = new JobStore(engine)
    const answers: Promise<void>[] = []
    for (const run of [...this.#lifecycle.ledger.pending]) {
      if (!mayBeHanded(run)) continue
      const isQueued = run.state === 'waiting' || run.state === 'ready'
      // One that waits for its start elsewhere has come further than to its turn.
      const drop = isQueued ? () => {} : run.extras?.held?.takeBack?.()
      if (!drop || (isQueued && !this.#willRun(run))) continue
      answers.push(this.#hand(engine, jobs, run, drop))
    }
    this.#answers = Promise.all([this.#answers, Promise.all(answers)])
    await this.#answers
  }

  /** A worker knows nothing of the response, nor of the tasks before: what hangs on them is not given. */
  #willRun(run: Run): boolean {
    const { when, onFailure } = this.#options
    const isWaiting = run.state === 'waiting'
    if (isWaiting && onFailure === 'stop') return false
    if (isWaiting && !run.lane.outcome) return (run.options.when ?? when) === 'always'
    const mayRun = this.#lifecycle.mayRun(run)
    if (!mayRun) (isWaiting ? run.lane : this.#lifecycle.turns).died()
    return mayRun
  }

  async #hand(engine: Engine, jobs: JobStore, run: Run, drop: () => void): Promise<void> {
    // At once, and not when it is stored: it must not start here and there.
    this.#lifecycle.withhold(run)
    try {
      await jobs.store(run.toJob(engine, this.#options))
    } catch (error) {
      this.refused.set(run, error)
      return
    }
    if (run.isSettled) return // abandoned meanwhile, by another drain
    this.#lifecycle.withdraw(run)
    this.#lifecycle.ledger.settle(run, 'handedOff', new HandedOffError(run.name))
    publish('task.handedOff', { task: run })
    drop()
  }
}

function mayBeHanded({ attempt, options, extras }: Run): boolean {
  return attempt === 1 && options.durable === true && !extras?.isWithheld
}
