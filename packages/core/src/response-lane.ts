import type { RequestInfo } from './context.js'
import type { Outcome } from './options.js'
import type { ResponseObserver } from './request-tasks.js'
import type { Lane, Run } from './run.js'
import { RunQueue } from './run-queue.js'
import type { TaskRunner } from './task-runner.js'

/** The queue of one response's runs, from the first addTask to the last one settled. */
export class ResponseLane extends RunQueue implements Lane, ResponseObserver {
  readonly runner: TaskRunner
  asGroup: boolean
  request: RequestInfo | undefined
  outcome: Outcome | undefined
  stopped = false
  size = 0
  /** In order: the one that the others wait for. */
  #current: Run | undefined
  /** How many turns the runner had had when the last one was added. */
  #addedInTurn = 0
  /** Tells the platform that what it was given is done. */
  #finish: (() => void) | undefined

  constructor(runner: TaskRunner) {
    super()
    this.runner = runner
    this.asGroup = runner.options.asGroup
  }

  add(run: Run): void {
    this.#addedInTurn = this.runner.turns
    this.push(run) // before the platform is told, which may add another one
    this.count()
    this.#proceed()
  }

  /** One more is not settled: one in the queue, or a promise that runs beside it. */
  count(): void {
    this.size += 1
    if (!this.runner.options.waitUntil || this.#finish) return
    const work = new Promise<void>((resolve) => {
      this.#finish = resolve
    })
    this.runner.waitUntil(work)
  }

  responseOver(outcome: Outcome): void {
    this.outcome = outcome
    this.#proceed()
  }

  overdue(run: Run): void {
    if (run !== this.#current) return
    this.#current = undefined
    this.#proceed()
  }

  settled(run: Run): void {
    this.size -= 1
    const hasFailed = run.state === 'failed' || run.state === 'timedOut'
    if (hasFailed && this.runner.options.onFailure === 'stop') this.stopped = true
    if (run === this.#current) this.#current = undefined
    this.#proceed()
    if (this.size > 0) return
    this.#finish?.()
    this.#finish = undefined
  }

  #proceed(): void {
    if (!this.outcome) return
    while (this.asGroup || !this.#current) {
      const run = this.shift()
      if (!run) return
      this.#current = run
      this.runner.makeReady(run, this.#addedInTurn)
    }
  }
}
