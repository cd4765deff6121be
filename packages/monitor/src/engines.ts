import type { DeadJob, Engine, EngineStats } from '@backgrounder/core'
import type { Watched } from './collector.js'
import { errorText } from './error-text.js'
import type { MonitorOptions } from './options.js'
import { printable, printableLines } from './printable.js'
import { formatArgs } from './run-row.js'

const EVERY_MS = 2_000
const MOST_DEAD = 50
/** So long it may take to answer; then it is said not to, and asked again. */
const ANSWER_MS = 5_000

/** A job that has failed for good, as it is shown. */
export interface DeadRow {
  readonly id: string
  readonly name: string
  readonly attempts: number
  readonly error: string
  readonly failedAt: number
  readonly args: string | undefined
}

/** What is known of an engine. */
export interface EngineRow {
  readonly engine: string
  readonly stats: EngineStats | undefined
  readonly dead: readonly DeadRow[]
  /** Why nothing is known: the store does not answer. */
  readonly error: string | undefined
}

interface Polled {
  readonly engine: Engine
  row: EngineRow
  isAsking: boolean
}

/** The engines of the runners, asked while somebody looks: one question at a time. */
export class Engines {
  readonly #polled: readonly Polled[]
  readonly #formatArgs: MonitorOptions['formatArgs']
  #askedAt = -Infinity

  constructor(watched: readonly Watched[], formatArgs: MonitorOptions['formatArgs']) {
    this.#formatArgs = formatArgs
    const names = new Map<Engine, string>()
    for (const { name, runner } of watched) {
      const { engine } = runner.options
      if (engine && !names.has(engine)) names.set(engine, name)
    }
    this.#polled = [...names].map(([engine, name]) => ({
      engine,
      row: { engine: name, stats: undefined, dead: [], error: undefined },
      isAsking: false,
    }))
  }

  get rows(): EngineRow[] {
    return this.#polled.map(({ row }) => row)
  }

  /** Asks again when it is time; what comes is there at a later look. */
  look(now: number = performance.now()): void {
    if (now - this.#askedAt < EVERY_MS) return
    this.#askedAt = now
    for (const polled of this.#polled) void this.#ask(polled) // never rejects
  }

  /** Something was done to it: it is to be seen soon. */
  hurry(): void {
    this.#askedAt = -Infinity
  }

  /** Lets a dead job run again. Rejects when there is none, or no such engine. */
  async retry(engine: string, id: string): Promise<void> {
    const polled = this.#polled.find(({ row }) => row.engine === engine)
    if (!polled) throw new TypeError('There is no such engine')
    await polled.engine.dead.retry(id)
    this.hurry()
  }

  async #ask(polled: Polled): Promise<void> {
    if (polled.isAsking) return
    polled.isAsking = true
    const { engine, row } = polled
    try {
      const questions = Promise.all([engine.stats(), engine.dead.list(MOST_DEAD)])
      const [stats, dead] = await inTime(questions)
      polled.row = {
        ...row,
        stats: statsOf(stats),
        dead: dead.slice(0, MOST_DEAD).map((job) => this.#deadRow(job)),
        error: undefined,
      }
    } catch (error) {
      polled.row = { ...row, error: errorText(error).title }
    } finally {
      polled.isAsking = false
    }
  }

  #deadRow({ id, name, attempts, error, failedAt, args }: DeadJob): DeadRow {
    return {
      id: String(id),
      name: printable(name),
      attempts: count(attempts),
      error: printableLines(error, 2_000),
      failedAt: count(failedAt),
      args: formatArgs(this.#formatArgs, args, name),
    }
  }
}

// Whatever an engine answers: what is shown is what JSON can say.

function statsOf({ waiting, delayed, running, dead }: EngineStats): EngineStats {
  return {
    waiting: count(waiting),
    delayed: count(delayed),
    running: count(running),
    dead: count(dead),
  }
}

function count(value: unknown): number {
  const number = Number(value)
  return Number.isFinite(number) ? number : 0
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error(`no answer within ${ANSWER_MS / 1_000} s`)
    timer = setTimeout(reject, ANSWER_MS, error).unref()
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
