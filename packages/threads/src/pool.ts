import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Runner } from '@backgrounder/core'
import { isStopReason, onDrained } from '@backgrounder/core/elsewhere'
import { Board } from './board.js'
import { describeError } from './described-error.js'
import { warnDied } from './errors.js'
import { Job, type Work } from './job.js'
import type { Begun, Response } from './messages.js'
import { rootScope } from './root-scope.js'
import type { ThreadPool } from './thread-pool.js'
import { Threads } from './threads.js'

// From the sources too: a thread runs what was built.
const worker = path.join(__dirname, '../dist/worker.js')

/** How long a function that was told to stop may take to do so, in ms; then its thread is ended. */
const GRACE_MS = 100

/** How soon it is seen on the board that a function has begun, if nobody asks before, in ms. */
const LOOK_MS = 5
/** The same where it waits for somebody else's in a pool that is shared. */
const MOST_LOOK_MS = 20

/** Of the board; what has none there is told of by a message. */
const MOST_PLACES = 1_024

/**
 * The jobs of one pool of threads. They wait here and not in piscina: there a thread that is ended leaves
 * what waits without one, until another thread is done.
 */
export class Pool {
  readonly id: string = randomUUID()
  readonly #piscina: ThreadPool
  readonly #isOurs: boolean
  readonly #waiting = new Set<Job>()
  readonly #taken = new Map<number, Job>()
  readonly #board: Board
  /** The places on it that are free. */
  readonly #places: number[]
  readonly #threads: Threads
  readonly #runners = new WeakSet<Runner>()
  #lastId = 0
  #lastError: unknown

  constructor(piscina: ThreadPool, isOurs: boolean) {
    this.#piscina = piscina
    this.#isOurs = isOurs
    // A Piscina may have one and a half, and Infinity.
    const places = Math.min(Math.ceil(piscina.maxThreads), MOST_PLACES)
    this.#board = Board.of(places)
    this.#places = Array.from({ length: places }, (_, place) => place)
    this.#threads = new Threads(piscina, this.#board)
    piscina.on('message', (message) => this.#hear(message))
    piscina.on('error', (error) => this.#failed(error))
    // A thread that ends before it has begun with anything is told of in no other way.
    piscina.on('workerDestroy', () => void setImmediate(() => this.#failStranded()))
  }

  /** Runs a function in a thread. Rejects with its error, or with what has ended it. */
  run(work: Work): Promise<unknown> {
    if (work.task || this.#isOurs) this.#closeWith(work.call.runner)
    this.#lastId += 1
    const job = new Job(work, this.#lastId)
    this.#waiting.add(job)
    job.hold({ takeBack: () => this.#takeBack(job), look: () => this.#look(job) })
    job.onStop((reason) => this.#stop(job, reason))
    this.#next()
    return job.result
  }

  /** When the runner is drained, what it has given up ends, and the pool if it is the runner's own. */
  #closeWith(runner: Runner): void {
    if (this.#runners.has(runner)) return
    this.#runners.add(runner)
    onDrained(runner, () => this.#close(runner))
  }

  #next(): void {
    for (const job of this.#waiting) {
      if (this.#taken.size >= this.#piscina.maxThreads) return
      if (job.isTakenBack) continue
      this.#waiting.delete(job)
      this.#taken.set(job.id, job)
      job.place = this.#places.pop()
      // Not in the scope of the one before: a chain of them would keep the first one's request alive.
      void rootScope.runInAsyncScope(() => this.#post(job)) // never rejects
    }
  }

  async #post(job: Job): Promise<void> {
    const { end } = job
    try {
      const { request, transfer } = job.toPost(this.id)
      const options = { filename: worker, name: 'run', transferList: transfer, signal: end }
      const answer = this.#piscina.run(request, options)
      this.#lookSoon()
      const response = await answer
      this.#look(job)
      job.settle(response as Response)
    } catch (error) {
      if (end !== job.end) return this.#post(job)
      // Where nothing of it runs any more: what is native may go on for a while.
      await job.exit
      this.#look(job)
      job.fail(error)
    }
    this.#taken.delete(job.id)
    if (job.place !== undefined) this.#places.push(job.place)
    this.#next()
    if (this.#taken.size > 0) return
    clearTimeout(this.#looking)
    this.#looking = undefined
    if (this.#isClosing) void this.#piscina.destroy()
  }

  #looking: NodeJS.Timeout | undefined

  #lookSoon(ms = LOOK_MS): void {
    this.#looking ??= setTimeout(() => {
      this.#looking = undefined
      if (this.#unbegun().length > 0) this.#lookSoon(Math.min(2 * ms, MOST_LOOK_MS))
    }, ms).unref()
  }

  /** Those that piscina was given, and that no thread has begun with. */
  #unbegun(): Job[] {
    for (const job of this.#taken.values()) this.#look(job)
    return [...this.#taken.values()].filter(({ thread }) => thread === undefined)
  }

  /** Sees whether it has begun. */
  #look(job: Job): void {
    const { place } = job
    if (job.thread !== undefined || place === undefined || !this.#taken.has(job.id)) return
    const begin = this.#board.find(place, job.id)
    if (begin) this.#begin(job, begin.thread, begin.at)
  }

  #hear(message: Partial<Begun> | null): void {
    if (message?.backgrounder !== 'begun' || message.pool !== this.id) return
    const { id, thread, port } = message as Begun
    if (port) this.#threads.know(thread, port)
    const job = this.#taken.get(id)
    if (job) this.#begin(job, thread, performance.now())
  }

  #begin(job: Job, thread: number, at: number): void {
    job.begin(thread, this.#threads.find(thread), at)
    if (job.stopped) this.#tell(job, thread, job.stopped.reason)
  }

  /** It does not come to a thread any more; the end of the drain ends it, if nobody does before. */
  #takeBack(job: Job): (() => void) | undefined {
    if (!this.#waiting.has(job)) return undefined
    job.isTakenBack = true
    return () => {
      if (this.#waiting.delete(job)) job.fail(job.stopped?.reason)
    }
  }

  /** Its signal is aborted. */
  #stop(job: Job, reason: unknown): void {
    if (this.#waiting.has(job)) {
      // The last seconds of a drain: it may still have its turn.
      if (isStopReason(reason)) return
      this.#waiting.delete(job)
      job.fail(reason)
      return
    }
    if (job.thread !== undefined) {
      this.#tell(job, job.thread, reason)
      return
    }
    this.#look(job) // if it has begun it is told now, or otherwise then
    if (!isStopReason(reason)) afterGrace(() => this.#endUnbegun(job))
  }

  #endUnbegun(job: Job): void {
    this.#look(job)
    if (job.thread === undefined) job.kill()
  }

  #tell(job: Job, thread: number, reason: unknown): void {
    this.#threads.tell(thread, { id: job.id, reason: describeError(reason) })
    // Of a drain it has all the time that is left.
    if (!isStopReason(reason)) afterGrace(() => job.kill())
  }

  /** A thread has ended by an error and ran nothing: what it left behind, or its own start. */
  #failed(error: unknown): void {
    this.#lastError = error
    if (this.#unbegun().length === 0) warnDied(error)
  }

  /** What was given to a thread that has never come to it. */
  #failStranded(): void {
    const stranded = this.#unbegun().filter((job) => !job.isKilled)
    const alive = [...this.#taken.values()].filter((job) => !job.isKilled)
    const missing = alive.length - this.#piscina.threads.length
    for (const job of stranded.slice(0, Math.max(0, missing))) {
      // The first may have died of what it ran for somebody else.
      if (job.isSecondThread) job.kill(this.#lastError)
      else job.useAnother()
    }
    this.#lastError = undefined
  }

  #isClosing = false

  async #close(runner: Runner): Promise<void> {
    this.#runners.delete(runner)
    for (const job of [...this.#waiting, ...this.#taken.values()]) {
      const { call } = job.work
      if (call.runner !== runner) continue
      // A call that a task makes ends with it, if that was given up; one that it did not wait for stays.
      if (!call.isTask && !job.stopped) continue
      if (this.#waiting.delete(job)) job.fail(job.stopped?.reason)
      else {
        this.#look(job)
        job.kill()
      }
    }
    if (!this.#isOurs) return
    if (this.#taken.size === 0) await this.#piscina.destroy()
    else this.#isClosing = true
  }
}

function afterGrace(callback: () => void): void {
  setTimeout(callback, GRACE_MS).unref()
}
