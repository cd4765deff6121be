import type { Held } from './context.js'
import { TimeoutError } from './errors.js'
import type { TimedOutEvent } from './events.js'
import { stopTimer } from './ledger.js'
import type { Run } from './run.js'
import type { RunnerSettings } from './runner.js'
import { startPatientTimer, startTimer } from './timer.js'

/** Called when the time of a run is up. */
type OnOver = (run: Run, reason: TimedOutEvent['reason'], error: TimeoutError) => void

/** The time that runs have: `queueTimeout` until one has begun, `timeout` from then on. */
export class Deadlines {
  /** The one whose synchronous part runs: its time is limited once that has returned. */
  starting: Run | undefined
  readonly #options: RunnerSettings
  readonly #onOver: OnOver

  constructor(options: RunnerSettings, onOver: OnOver) {
    this.#options = options
    this.#onOver = onOver
  }

  limitQueue(run: Run): void {
    const queueTimeout = run.options.queueTimeout ?? this.#options.queueTimeout
    if (queueTimeout === false) return
    this.#count(run, 'queueTimeout', queueTimeout, queueTimeout)
  }

  /** Of an attempt that began then, by performance.now(): its synchronous part may have taken a while. */
  limit(run: Run, began: number, start?: typeof startTimer): void {
    // A queueTimeout goes on while it waits elsewhere.
    if (run.extras?.held) return
    stopTimer(run)
    const timeout = run.options.timeout ?? this.#options.timeout
    if (timeout === false) return
    const left = Math.max(0, timeout - (performance.now() - began))
    this.#count(run, 'timeout', timeout, left, start)
  }

  #count(
    run: Run,
    reason: TimedOutEvent['reason'],
    limit: number,
    left: number,
    start: typeof startTimer = startTimer,
  ): void {
    const over = () => {
      run.extras?.held?.look?.()
      if (run.extras?.timer !== timer) return // it has begun elsewhere in time, or has ended
      const what = reason === 'timeout' ? 'ended' : 'started'
      this.#onOver(run, reason, new TimeoutError(run.name, limit, what))
    }
    const timer = start(over, left)
    run.set('timer', timer)
  }

  /** It waits for its start elsewhere: `timeout` does not count yet, and `queueTimeout` does. */
  hold(run: Run, held: Held): void {
    run.set('held', held)
    if (run === this.starting || run.extras?.timeout) return
    // An `around` that has waited for something: the time of the attempt counts already.
    stopTimer(run)
    this.limitQueue(run)
  }

  /** One that was held has begun: its time counts from then. */
  begin(run: Run, at: number): void {
    if (!run.extras?.held) return
    run.set('held', undefined)
    if (run.state !== 'running' || run.extras.timeout) return
    run.startedAt = Math.round(at)
    // It may have ended elsewhere: its answer is read first.
    this.limit(run, at, startPatientTimer)
  }
}
