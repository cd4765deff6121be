import { closeServer } from './close-server.js'
import { publish } from './events.js'
import type { Lifecycle } from './lifecycle.js'
import type { ClosableServer, Logger } from './options.js'
import { reportOpenServer } from './report.js'
import type { DrainReport } from './runner.js'
import type { SettledState, TaskRun } from './task-run.js'
import { keepAlive, limitOf, startTimer } from './timer.js'

/** How long before the end of a drain the signals are aborted, in ms; halfway, in a short one. */
const GRACE_MS = 3_000

/** The drains of one runner: they may overlap, and none of them is the last. */
export class Drains {
  readonly #lifecycle: Lifecycle
  readonly #logger: Logger
  /** What each drain under way has to report as abandoned. */
  readonly #underWay = new Set<TaskRun[]>()
  /** How many are in their last seconds. */
  #ending = 0

  constructor(lifecycle: Lifecycle, logger: Logger) {
    this.#lifecycle = lifecycle
    this.#logger = logger
  }

  async drain(time: number | false, server: ClosableServer | undefined): Promise<DrainReport> {
    const lifecycle = this.#lifecycle
    const timeout = limitOf(time)
    const before = { ...lifecycle.counts }
    const abandoned: TaskRun[] = []
    publish('drain', { phase: 'start', timeout, report: undefined })
    const closing = server && closeServer(server)
    const release = keepAlive()
    this.#underWay.add(abandoned)
    lifecycle.hurry()

    let isOver = false
    let isEnding = false
    let end: () => void
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const grace = startTimer(
      () => {
        isEnding = true
        this.#ending += 1
        lifecycle.abortAll(new DOMException('The runner is about to stop', 'AbortError'))
      },
      Math.max(timeout - GRACE_MS, timeout / 2),
    )
    const deadline = startTimer(() => {
      isOver = true
      this.#abandonAll()
      end()
    }, timeout)

    // More than once: whoever waited for the last task may have added another.
    while (!isOver) {
      // Not for idle alone: a logger that is told of an abandoned task may add another.
      if (lifecycle.pending.size > 0) await Promise.race([lifecycle.idle(), ended])
      else if (closing?.isClosed === false) await Promise.race([closing.closed, ended])
      else break
    }

    clearTimeout(grace)
    clearTimeout(deadline)
    release()
    this.#underWay.delete(abandoned)
    if (isEnding) this.#ending -= 1
    if (this.#ending === 0) lifecycle.abortion = undefined
    if (this.#underWay.size === 0) lifecycle.isHurried = false

    const since = (state: SettledState) => lifecycle.counts[state] - before[state]
    const report: DrainReport = {
      ok: abandoned.length === 0 && closing?.isClosed !== false,
      succeeded: since('succeeded'),
      failed: since('failed'),
      timedOut: since('timedOut'),
      cancelled: since('cancelled'),
      skipped: since('skipped'),
      abandoned,
    }
    // Before the process is ended by whoever waits for us.
    if (server && closing?.isClosed === false) await reportOpenServer(this.#logger, server)
    publish('drain', { phase: 'end', timeout, report })
    return report
  }

  #abandonAll(): void {
    const runs = this.#lifecycle.abandonAll()
    for (const abandoned of this.#underWay) abandoned.push(...runs)
  }
}
