import { type Counts, countsOf, type ModelDrain } from './model-task.js'
import type { ModelTimers } from './model-timers.js'

/** The drains under way: they begin one by one and end together, when nothing is pending. */
export class ModelDrains {
  readonly underWay = new Set<ModelDrain>()
  /** One of them is in its last seconds. */
  areEnding = false
  readonly #timers: ModelTimers

  constructor(timers: ModelTimers) {
    this.#timers = timers
  }

  begin(before: Counts, timeout: number, onGrace: () => void, onEnd: () => void): ModelDrain {
    const drain: ModelDrain = { before, abandoned: [], report: undefined, grace: {} }
    this.underWay.add(drain)
    this.#timers.arm(drain.grace, Math.max(timeout - 3_000, timeout / 2), onGrace)
    this.#timers.arm(drain, timeout, onEnd)
    return drain
  }

  /** Nothing is pending: each has ended, with what came about since its start. */
  end(counts: Counts): void {
    for (const drain of this.underWay) {
      drain.report = countsOf((state) => counts[state] - drain.before[state])
      this.#timers.disarm(drain.grace)
      this.#timers.disarm(drain)
    }
    this.underWay.clear()
    this.areEnding = false
  }
}
