import { publish } from './channels.js'
import { CancelledError } from './errors.js'
import type { Ledger } from './ledger.js'
import { onAbort } from './on-abort.js'
import type { Run } from './run.js'

/** Cancels runs: one that has not started at once, one that runs when its function has ended. */
export class Cancellation {
  readonly #ledger: Ledger
  readonly #withdraw: (run: Run) => void

  constructor(ledger: Ledger, withdraw: (run: Run) => void) {
    this.#ledger = ledger
    this.#withdraw = withdraw
  }

  /** Cancels a run when its option `signal` says so. */
  follow(run: Run, signal: AbortSignal): void {
    const cancel = () => this.cancel(run, signal.reason)
    if (signal.aborted) cancel()
    else run.set('unfollow', onAbort(signal, cancel))
  }

  /** Whether there was anything to cancel. */
  cancel(run: Run, reason?: unknown): boolean {
    if (run.isSettled || run.extras?.cancellation || run.extras?.isWithheld) return false
    const why = reason ?? new DOMException('The task was cancelled', 'AbortError')
    if (run.state === 'running') {
      run.set('cancellation', { reason: why })
      run.inScope(() => run.abort(why))
    } else {
      this.#withdraw(run)
      this.#settle(run, why)
    }
    return true
  }

  /** Its function has ended: settles it if it was told to stop meanwhile. */
  end(run: Run): boolean {
    const cancellation = run.extras?.cancellation
    if (cancellation) this.#settle(run, cancellation.reason)
    return cancellation !== undefined
  }

  // Settled first and told then, as elsewhere: a subscriber may call cancel().
  #settle(run: Run, reason: unknown): void {
    this.#ledger.settle(run, 'cancelled', new CancelledError(run.name, reason))
    publish('task.cancelled', { task: run, reason })
  }
}
