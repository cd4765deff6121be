import { TURN_MS } from './pace.js'
import { rootScope } from './root-scope.js'
import type { Run } from './run.js'
import { RunQueue } from './run-queue.js'

interface TurnsOptions {
  /** How many run at once. */
  readonly concurrency: number
  /** Called for each run when its turn has come, with performance.now(). */
  readonly start: (run: Run, now: number) => void
  /** A synchronous start that takes longer than this, in ms, is told to `onBlocked`. */
  readonly blockedAfter: number
  readonly onBlocked: (run: Run, ms: number) => void
}

/** When a task that is ready starts: in turns of the event loop, and when a slot is free. */
export class Turns {
  readonly #options: TurnsOptions
  readonly #ready = new RunQueue()
  /** Ready, and accepted since this turn began: theirs is a later one. */
  readonly #fresh = new RunQueue()
  /** Somebody will look at what is ready: a turn to come, or the loop that runs now. */
  #isArmed = false
  /** How many turns there have been. */
  count = 0
  /** How many slots are taken. */
  taken = 0
  /** Until when this turn may work, by performance.now(), in ms. */
  #end = 0

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  /** Lets a run start that was accepted when there had been so many turns: in a later one. */
  add(run: Run, acceptedInTurn: number): void {
    if (acceptedInTurn === this.count) this.#fresh.push(run)
    else this.#ready.push(run)
    if (!this.#isArmed) this.#rest()
  }

  /** One that is ready was settled. */
  died(): void {
    // It stands in one of them, which is not known: at worst the other is looked through for nothing.
    this.#ready.died()
    this.#fresh.died()
  }

  /**
   * Before a task that was waited for is settled: makes what becomes ready meanwhile wait for
   * `leave`. Returns false where somebody else will look at it anyway.
   */
  enter(): boolean {
    if (this.#isArmed) return false
    this.#isArmed = true
    return true
  }

  /** After `enter` has returned true: goes on in the turn that was the last, if its time is not up. */
  leave(): void {
    if (!this.#ready.isEmpty && this.taken < this.#options.concurrency) {
      const now = performance.now()
      if (now <= this.#end) {
        this.#work(now)
        return
      }
    }
    this.#rest()
  }

  readonly #turn = (): void => {
    this.count += 1
    this.#ready.append(this.#fresh)
    const now = performance.now()
    this.#end = now + TURN_MS
    this.#work(now)
  }

  #work(since: number): void {
    const { start, concurrency, blockedAfter, onBlocked } = this.#options
    let now = since
    while (this.taken < concurrency) {
      const run = this.#ready.shift()
      if (!run) break
      start(run, now)
      if (this.#ready.isEmpty && blockedAfter === Infinity) break
      const then = now
      now = performance.now()
      if (now - then > blockedAfter) onBlocked(run, now - then)
      if (now > this.#end) break
    }
    this.#rest()
  }

  #rest(): void {
    const hasWork = !this.#ready.isEmpty || !this.#fresh.isEmpty
    this.#isArmed = hasWork && this.taken < this.#options.concurrency
    if (this.#isArmed) rootScope.runInAsyncScope(setImmediate, undefined, this.#turn)
  }
}
