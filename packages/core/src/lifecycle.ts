import { Cancellation } from './cancellation.js'
import { publish, publishReady } from './channels.js'
import { whenSettled } from './contain.js'
import { Deadlines } from './deadlines.js'
import { isPermanent, SkippedError, type SkipReason, type TimeoutError } from './errors.js'
import type { TimedOutEvent } from './events.js'
import { Ledger, stopTimer } from './ledger.js'
import { HURRIED_MS, type Next, nextAfter } from './retry.js'
import type { Run } from './run.js'
import type { RunnerSettings } from './runner.js'
import { limitOf, startTimer } from './timer.js'
import { Turns } from './turns.js'
import { BlockedWarning, SlowWarning, warnOverdue } from './warnings.js'

/**
 * What happens to a run from its acceptance to its end:
 *
 *   ready → running → (delayed → ready → running)* → settled
 *
 * One that has timed out is settled while its function runs, and keeps its slot until that ends.
 */
export class Lifecycle {
  readonly ledger: Ledger
  readonly turns: Turns
  readonly cancellation: Cancellation
  readonly deadlines: Deadlines
  /** How many functions run whose time is up. */
  overdue = 0
  /** Why everything is to end now: the last seconds of a drain. Nothing is tried again. */
  abortion: { readonly reason: unknown } | undefined
  /** No retry waits for long: there is a drain. */
  isHurried = false
  readonly #options: RunnerSettings
  readonly #slow: SlowWarning | undefined

  constructor(options: RunnerSettings) {
    this.#options = options
    this.ledger = new Ledger(options)
    this.cancellation = new Cancellation(this.ledger, (run) => this.withdraw(run))
    this.deadlines = new Deadlines(options, (run, reason, error) => this.#over(run, reason, error))
    const slowAfter = limitOf(options.slowWarning)
    this.#slow = slowAfter < Infinity ? new SlowWarning(this.ledger.pending, slowAfter) : undefined
    const blocked = new BlockedWarning()
    this.turns = new Turns({
      concurrency: options.concurrency,
      start: (run, now) => this.#start(run, now),
      blockedAfter: limitOf(options.blockedWarning),
      onBlocked: (run, ms) => {
        // What runs elsewhere has only been sent there: for the first that is to start a thread.
        if (!run.extras?.held) blocked.tell(run, ms)
      },
    })
  }

  /** Lets a run start that was accepted when there had been so many turns: in a later one. */
  makeReady(run: Run, acceptedInTurn: number): void {
    if (run.isSettled || run.extras?.isWithheld) return
    run.wait('ready')
    this.deadlines.limitQueue(run)
    this.turns.add(run, acceptedInTurn)
    publishReady(run)
  }

  #start(run: Run, now: number): void {
    if (run.extras?.isWithheld || !this.mayRun(run)) return
    if (this.abortion) run.abort(this.abortion.reason)
    this.turns.taken += 1
    let result: Promise<unknown> | undefined
    this.deadlines.starting = run
    try {
      result = run.start(now, this.#options)
    } catch (error) {
      this.deadlines.starting = undefined
      this.turns.taken -= 1
      this.#ended(run, true, error)
      return
    }
    this.deadlines.starting = undefined
    if (!result) {
      this.turns.taken -= 1
      this.#ended(run, false)
      return
    }
    this.#slow?.watch()
    this.deadlines.limit(run, now)
    // Its own outcome is nothing, and neither callback throws.
    void whenSettled(
      result,
      () => this.#asyncEnded(run, false),
      (error) => this.#asyncEnded(run, true, error),
    )
  }

  /** Whether it runs after this response; when not, it is settled. */
  mayRun(run: Run): boolean {
    let reason: SkipReason | undefined
    try {
      reason = run.attempt === 1 ? run.skipReason(this.#options.when) : undefined
    } catch (error) {
      if (!run.isSettled) this.ledger.settle(run, 'failed', error)
      return false
    }
    if (run.isSettled) return false // `when` has cancelled it
    if (reason) this.skip(run, reason)
    return !reason
  }

  /** Something that is running already: it takes no slot, and no policy but `cancel` applies to it. */
  follow(run: Run, promise: Promise<unknown>): void {
    run.begin(performance.now())
    this.#slow?.watch()
    void whenSettled(
      // as above
      promise,
      () => this.#ended(run, false),
      (error) => this.#ended(run, true, error),
    )
  }

  /** Its time is up. */
  #over(run: Run, reason: TimedOutEvent['reason'], error: TimeoutError): void {
    if (run.state === 'running') {
      this.#giveUp(run, reason, error)
      return
    }
    const { attempt } = run
    this.withdraw(run)
    this.ledger.settle(run, 'timedOut', error)
    publish('task.timedOut', { task: run, attempt, reason, error })
  }

  /** It has started, and its time is up: what comes after it need not wait for its end. */
  #giveUp(run: Run, reason: TimedOutEvent['reason'], error: TimeoutError): void {
    const { attempt } = run
    const { concurrency } = this.#options
    // One that has waited for too long is not tried again, wherever it has waited.
    const next = reason === 'timeout' ? this.#next(run, error) : { error, delay: undefined }
    run.set('timeout', next)
    this.overdue += 1
    run.inScope(() => run.abort(error))
    publish('task.timedOut', { task: run, attempt, reason, error })
    if (next.delay === undefined) this.ledger.settle(run, 'timedOut', next.error)
    else run.lane.overdue(run)
    if (this.overdue === concurrency) warnOverdue(run, concurrency)
  }

  /** A function that was waited for has ended; what follows it need not wait for the next turn. */
  #asyncEnded(run: Run, hasFailed: boolean, error?: unknown): void {
    const isOurs = this.turns.enter()
    this.turns.taken -= 1
    this.#ended(run, hasFailed, error)
    if (isOurs) this.turns.leave()
  }

  /** The function of an attempt has really ended. */
  #ended(run: Run, hasFailed: boolean, error?: unknown): void {
    stopTimer(run)
    const timeout = run.extras?.timeout
    if (timeout) {
      this.overdue -= 1
      run.set('timeout', undefined)
    }
    if (run.isSettled) this.ledger.free(run)
    else if (this.cancellation.end(run)) return
    else if (timeout) this.#goOn(run, 'timedOut', timeout)
    else if (hasFailed) this.#goOn(run, 'failed', this.#next(run, error))
    else this.ledger.settle(run, 'succeeded')
  }

  /** What follows an attempt that ended with this error. */
  #next(run: Run, error: unknown): Next {
    const retries = run.options.retries ?? this.#options.retries
    if (retries === 0 || run.extras?.cancellation) return { error, delay: undefined }
    return run.inScope(nextAfter, retries, run.attempt, error)
  }

  #goOn(run: Run, state: 'failed' | 'timedOut', { error, delay }: Next): void {
    if (this.cancellation.end(run)) return // by `retryIf`
    const { lane } = run
    // A permanent error says what it says in a drain too.
    if (lane.giveBack && (delay !== undefined || (this.abortion && !isPermanent(error)))) {
      const wait = this.abortion ? undefined : delay
      publish('task.retried', { task: run, attempt: run.attempt, error, delay: wait ?? 0 })
      lane.giveBack(run, error, wait)
      this.ledger.settle(run, 'handedOff', error)
      return
    }
    if (delay === undefined || this.abortion) {
      this.ledger.settle(run, state, error)
      return
    }
    const { attempt } = run
    const wait = this.isHurried ? Math.min(delay, HURRIED_MS) : delay
    publish('task.retried', { task: run, attempt, error, delay: wait })
    if (this.cancellation.end(run)) return // by a subscriber
    run.nextAttempt()
    run.startedAt = 0
    const again = () => this.makeReady(run, this.turns.count)
    if (wait === 0) {
      again()
      return
    }
    run.wait('delayed')
    // It will run: a process that has nothing else to do waits for it.
    run.set('timer', startTimer(again, wait)?.ref())
  }

  // Settled first and told then, here and elsewhere: a subscriber may call cancel().
  skip(run: Run, reason: SkipReason): void {
    const { name } = run
    this.ledger.settle(run, 'skipped', new SkippedError(name, reason))
    publish('task.skipped', { name, reason, task: run })
  }

  /** It is given to the engine: it neither starts nor ends here meanwhile. */
  withhold(run: Run): void {
    stopTimer(run)
    run.extras?.unfollow?.()
    run.set('isWithheld', true)
  }

  /** It stands in a queue, and is settled before its turn has come. */
  withdraw(run: Run): void {
    if (run.state === 'ready') this.turns.died()
    else if (run.state === 'waiting') run.lane.died()
  }
}
