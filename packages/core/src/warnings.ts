import { show } from './expected.js'
import type { PendingRuns } from './pending-runs.js'
import { describeRequest, escapeLine } from './report.js'
import type { Run } from './run.js'
import { startTimer } from './timer.js'

/** What has been slow since the last look is told in so many lines, and one for the rest. */
const MOST_LINES = 10

/** Says once for each attempt that it has been running for a long time. */
export class SlowWarning {
  readonly #pending: PendingRuns
  readonly #after: number
  readonly #warned = new WeakMap<Run, number>()
  #timer: NodeJS.Timeout | undefined

  /** `after` in ms. */
  constructor(pending: PendingRuns, after: number) {
    this.#pending = pending
    this.#after = after
  }

  /** Something runs, and may do so for long: one timer for all of it, and none when nothing does. */
  watch(): void {
    if (!this.#timer) this.#arm(this.#after)
  }

  #arm(ms: number): void {
    this.#timer = startTimer(this.#look, ms)
  }

  readonly #look = (): void => {
    this.#timer = undefined
    const now = performance.now()
    let soonest = Infinity
    let slow = 0
    for (const run of this.#pending) {
      if (run.state !== 'running' || this.#warned.get(run) === run.attempt) continue
      const age = now - run.startedAt
      if (age < this.#after) {
        soonest = Math.min(soonest, this.#after - age)
        continue
      }
      this.#warned.set(run, run.attempt)
      slow += 1
      if (slow > MOST_LINES) continue
      const holds = run.request ? ', and holds what its response has after it' : ''
      warn('BG_SLOW', `${title(run)} has been running for ${Math.round(age)} ms${holds}`)
    }
    if (slow > MOST_LINES) {
      const rest = `${slow - MOST_LINES} more tasks have been running for ${this.#after} ms or longer`
      warn('BG_SLOW', rest)
    }
    // Not for each of many at its own time: a look is at all that is pending.
    if (soonest < Infinity) this.#arm(Math.max(1, soonest, this.#after / 10))
  }
}

/** Says once for each name that a task blocks the event loop. */
export class BlockedWarning {
  /** Bounded: names may be made by the program. */
  readonly #names = new Set<string>()

  tell(run: Run, ms: number): void {
    const { name } = run
    if (this.#names.has(name) || this.#names.size >= 1_000) return
    this.#names.add(name)
    warn(
      'BG_BLOCKED',
      `${title(run)} blocked the event loop for ${Math.round(ms)} ms: no request was served ` +
        'meanwhile. Run it in a worker thread, or divide it by an await',
    )
  }
}

/** Nothing can start: what is out of time and has not ended holds every slot. */
export function warnOverdue(run: Run, concurrency: number): void {
  warn(
    'BG_OVERDUE',
    `All ${concurrency} slots of the runner (concurrency) are held by tasks that have timed out and ` +
      `not ended, the last one by ${title(run)}: nothing starts until one of them ends. Let them ` +
      'obey currentTask().signal',
  )
}

/** Of jobs whose name a worker does not know: in a rolling deploy that is so for a while. */
export class UnknownWarning {
  readonly #names = new Set<string>()

  warn(name: string): void {
    if (this.#names.has(name) || this.#names.size >= 100) return
    this.#names.add(name)
    warn(
      'BG_UNKNOWN_JOB',
      `No definition of this worker has the name ${escapeLine(name)}: its jobs wait for a worker that ` +
        'knows it. Add it to `tasks` of startWorker',
    )
  }
}

let hasToldOfHeaders = false

/** Of headers that an observer gave a job, and that cannot be stored: once, it does so with each. */
export function warnHeaders(name: string, error: unknown): void {
  if (hasToldOfHeaders) return
  hasToldOfHeaders = true
  warn(
    'BG_HEADERS',
    escapeLine(
      `Job ${shorten(name)} is stored without its headers, which a subscriber of ` +
        `backgrounder.job.enqueue has given it: ${shorten(textOf(error))}`,
    ),
  )
}

function textOf(error: unknown): string {
  try {
    return String((error as Error).message)
  } catch {
    return show(error)
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}

/** A line on stderr, unless warnings are off; the process may listen to `warning` too. */
function warn(code: string, message: string): void {
  process.emitWarning(message, { type: 'BackgrounderWarning', code })
}

function title({ name, request }: Run): string {
  const where = describeRequest(request)
  return escapeLine(`Task ${name}${where && !name.endsWith(where) ? ` of ${where}` : ''}`)
}
