import { publish } from './channels.js'
import { closeServer } from './close-server.js'
import { contain } from './contain.js'
import type { Engine } from './engine.js'
import { AbandonedError } from './errors.js'
import type { DrainEvent } from './events.js'
import { HandOff } from './hand-off.js'
import { stopTimer } from './ledger.js'
import type { Lifecycle } from './lifecycle.js'
import type { ClosableServer, Logger } from './options.js'
import { reportAbandoned, reportOpenServer } from './report.js'
import type { DrainReport, Runner, RunnerSettings } from './runner.js'
import type { SettledState, TaskRun } from './task-run.js'
import { keepAlive, limitOf, startTimer } from './timer.js'

/** How long before the end of a drain the signals are aborted, in ms; halfway, in a short one. */
const GRACE_MS = 3_000

const isStop: unique symbol = Symbol.for('backgrounder.stop') as never

function stopReason(): DOMException {
  const reason = new DOMException('The runner is about to stop', 'AbortError')
  return Object.defineProperty(reason, isStop, { value: true })
}

/** Whether what aborted a signal is a drain in its last seconds: who runs has these to end in. */
export function isStopReason(reason: unknown): boolean {
  return typeof reason === 'object' && reason !== null && isStop in reason
}

/** The drains of one runner: they may overlap, and none of them is the last. */
export class Drains {
  readonly #runner: Runner
  readonly #lifecycle: Lifecycle
  readonly #logger: Logger
  readonly #engine: Engine | undefined
  readonly #handOff: HandOff
  /** What each drain under way has to report as abandoned. */
  readonly #underWay = new Set<TaskRun[]>()
  /** What was hung on the runner, to be closed with it. */
  readonly #closers = new Set<() => unknown>()
  /** How many are in their last seconds. */
  #ending = 0

  constructor(runner: Runner, lifecycle: Lifecycle, options: RunnerSettings) {
    this.#runner = runner
    this.#lifecycle = lifecycle
    this.#logger = options.logger
    this.#engine = options.engine
    this.#handOff = new HandOff(lifecycle, options)
  }

  async drain(time: number | false, server: ClosableServer | undefined): Promise<DrainReport> {
    const lifecycle = this.#lifecycle
    const { ledger } = lifecycle
    const timeout = limitOf(time)
    const before = { ...ledger.counts }
    const abandoned: TaskRun[] = []
    const startedAt = performance.now()
    this.#tell('start', timeout)
    const closing = server && closeServer(server)
    const release = keepAlive()
    this.#underWay.add(abandoned)
    this.#hurry()

    let isOver = false
    let isEnding = false
    let isDone = false
    let end: () => void
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const grace = startTimer(
      () => {
        isEnding = true
        this.#ending += 1
        this.#abortAll(stopReason())
        if (this.#engine) void this.#handOff.handAll(this.#engine) // waited for at the deadline
      },
      Math.max(timeout - GRACE_MS, timeout / 2),
    )
    const giveUp = () => {
      if (isDone) return
      isOver = true
      this.#abandonAll()
      end()
    }
    const deadline = startTimer(() => {
      if (this.#engine) void this.#handOff.handAll(this.#engine).then(giveUp)
      else giveUp()
    }, timeout)

    // More than once: whoever waited for the last task may have added another.
    while (!isOver) {
      // Not for idle alone: a logger that is told of an abandoned task may add another.
      if (ledger.pending.size > 0) await Promise.race([ledger.idle(), ended])
      else if (closing?.isClosed === false) await Promise.race([closing.closed, ended])
      else if (this.#closers.size > 0) await Promise.race([this.#close(), ended])
      else break
    }
    if (isOver) void this.#close() // nobody waits any longer

    isDone = true
    clearTimeout(grace)
    clearTimeout(deadline)
    release()
    this.#underWay.delete(abandoned)
    if (isEnding) this.#ending -= 1
    if (this.#ending === 0) lifecycle.abortion = undefined
    if (this.#underWay.size === 0) lifecycle.isHurried = false

    const since = (state: SettledState) => ledger.counts[state] - before[state]
    const report: DrainReport = {
      ok: abandoned.length === 0 && closing?.isClosed !== false,
      succeeded: since('succeeded'),
      failed: since('failed'),
      timedOut: since('timedOut'),
      cancelled: since('cancelled'),
      skipped: since('skipped'),
      handedOff: since('handedOff'),
      abandoned,
    }
    // Before the process is ended by whoever waits for us.
    if (server && closing?.isClosed === false) await reportOpenServer(this.#logger, server)
    this.#tell('end', timeout, report, performance.now() - startedAt)
    return report
  }

  #tell(phase: DrainEvent['phase'], timeout: number, report?: DrainReport, ms?: number): void {
    publish('drain', { runner: this.#runner, phase, timeout, report, ms })
  }

  /** Calls back once, when a drain has seen the end of all, or has given it up. */
  onDrained(close: () => unknown): void {
    this.#closers.add(close)
  }

  async #close(): Promise<void> {
    const closers = [...this.#closers]
    this.#closers.clear()
    // What they throw is nobody's to mend.
    await Promise.allSettled(closers.map(async (close) => close()))
  }

  /** What waits to be tried again starts at once, and from now on no retry waits for long. */
  #hurry(): void {
    const lifecycle = this.#lifecycle
    lifecycle.isHurried = true
    for (const run of [...lifecycle.ledger.pending]) {
      if (run.state !== 'delayed') continue
      stopTimer(run)
      lifecycle.makeReady(run, lifecycle.turns.count)
    }
  }

  /** Tells all that runs, and all that starts from now on, to end. */
  #abortAll(reason: unknown): void {
    this.#lifecycle.abortion = { reason }
    for (const run of [...this.#lifecycle.ledger.pending]) {
      if (run.state === 'running') run.inScope(() => run.abort(reason))
    }
  }

  /** Gives up all that is pending. */
  #abandonAll(): void {
    const { ledger } = this.#lifecycle
    // Each in the state that it is in before the first is settled: that may make another ready.
    const states = new Map([...ledger.pending].map((run) => [run, run.state]))
    for (const [run, state] of states) {
      if (!run.isSettled) {
        this.#lifecycle.withdraw(run)
        const cause = this.#handOff.refused.get(run)
        const error = new AbandonedError(run.name, state, cause ? { cause } : {})
        ledger.settle(run, 'abandoned', error)
      }
      ledger.free(run) // also one whose function goes on past its time
    }
    // One by one: there may be more than a call takes arguments.
    for (const abandoned of this.#underWay) for (const run of states.keys()) abandoned.push(run)
    for (const [run, state] of states) {
      contain(() => reportAbandoned(this.#logger, run, state))
      publish('task.abandoned', { task: run, state })
    }
  }
}
