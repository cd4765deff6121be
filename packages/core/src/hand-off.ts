import type { Engine } from './engine.js'
import { store } from './enqueue.js'
import { HandedOffError } from './errors.js'
import { publish } from './events.js'
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
    const runs = [...this.#lifecycle.ledger.pending].filter(isNotStarted)
    const answers = runs.map((run) => this.#hand(engine, run))
    this.#answers = Promise.all([this.#answers, ...answers])
    await this.#answers
  }

  async #hand(engine: Engine, run: Run): Promise<void> {
    // At once, and not when it is stored: it must not start here and there.
    this.#lifecycle.withhold(run)
    try {
      await store(engine, run.toJob(engine, this.#options))
    } catch (error) {
      this.refused.set(run, error)
      return
    }
    if (run.isSettled) return // abandoned meanwhile, by another drain
    this.#lifecycle.withdraw(run)
    this.#lifecycle.ledger.settle(run, 'handedOff', new HandedOffError(run.name))
    publish('task.handedOff', { task: run })
  }
}

function isNotStarted(run: Run): boolean {
  const isWaiting = run.state === 'waiting' || run.state === 'ready'
  return isWaiting && run.attempt === 1 && run.options.durable === true && !run.extras?.isWithheld
}
