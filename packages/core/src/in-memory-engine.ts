import { randomUUID } from 'node:crypto'
import { checkLimit } from './check-limit.js'
import type {
  DeadJob,
  Engine,
  EngineStats,
  EngineWorker,
  EnqueuedJob,
  Job,
  Verdict,
  Work,
} from './engine.js'
import { expected } from './expected.js'
import { LONGEST_MS, startTimer } from './timer.js'

interface Stored extends Job {
  readonly id: string
  attempt: number
  /** By Date.now(). */
  dueAt: number
  state: 'waiting' | 'running' | 'done' | 'dead'
  error: string
  failedAt: number
}

/** What a worker does not know waits so long for another one, in ms. */
const UNKNOWN_MS = 100

/**
 * An engine for tests: it keeps jobs in this process, and loses them with it. It is never used unless
 * you say so.
 *
 * @example
 * ```ts
 * const engine = inMemoryEngine()
 * app.use(backgroundTasks({ engine }))
 * await request(app).post('/signup').send({ email: 'a@b.c' })
 * expect(engine.jobs).toMatchObject([{ name: 'welcome-mail', args: ['a@b.c'] }])
 * ```
 */
export function inMemoryEngine(): InMemoryEngine {
  return new MemoryEngine()
}

/** An engine for tests. */
export interface InMemoryEngine extends Engine {
  /** What was accepted, in order. */
  readonly jobs: readonly Job[]
}

class MemoryEngine implements InMemoryEngine {
  readonly #jobs = new Map<string, Stored>()
  readonly #workers = new Set<MemoryWorker>()

  get jobs(): readonly Job[] {
    return [...this.#jobs.values()].map((job) => {
      const { id, name, args, key, delay, timeout, retries, headers } = job
      return { id, name, args, key, delay, timeout, retries, headers }
    })
  }

  readonly dead = {
    list: async (limit = 100): Promise<DeadJob[]> => {
      checkLimit(limit)
      const dead = [...this.#jobs.values()].reverse().filter(({ state }) => state === 'dead')
      return dead
        .sort((a, b) => b.failedAt - a.failedAt)
        .slice(0, limit)
        .map(({ id, name, args, attempt, error, failedAt }) => {
          return { id, name, args, attempts: attempt, error, failedAt }
        })
    },
    retry: async (id: string): Promise<void> => {
      const job = this.#jobs.get(id)
      if (job?.state !== 'dead') throw expected('id', 'that of a dead job', id)
      Object.assign(job, { state: 'waiting', attempt: 0, dueAt: 0 })
      this.#wake()
    },
  }

  async stats(): Promise<EngineStats> {
    const stats = { waiting: 0, delayed: 0, running: 0, dead: 0 }
    for (const { state, dueAt } of this.#jobs.values()) {
      if (state === 'waiting' && dueAt > Date.now()) stats.delayed += 1
      else if (state !== 'done') stats[state] += 1
    }
    return stats
  }

  async add(job: Job): Promise<EnqueuedJob> {
    const id = job.id ?? (job.key === undefined ? randomUUID() : `${job.name}:${job.key}`)
    if (!this.#jobs.has(id)) {
      const dueAt = Date.now() + job.delay
      this.#jobs.set(id, {
        ...job,
        id,
        attempt: 0,
        dueAt,
        state: 'waiting',
        error: '',
        failedAt: 0,
      })
      this.#wake()
    }
    return { id }
  }

  async work(work: Work): Promise<EngineWorker> {
    const worker = new MemoryWorker(work, this.#jobs, () => this.#workers.delete(worker))
    this.#workers.add(worker)
    worker.look()
    return worker
  }

  #wake(): void {
    for (const worker of this.#workers) worker.look()
  }

  async close(): Promise<void> {}
}

class MemoryWorker implements EngineWorker {
  readonly #work: Work
  readonly #jobs: Map<string, Stored>
  readonly #onClosed: () => void
  readonly #running = new Set<Stored>()
  #isPaused = false
  #timer: NodeJS.Timeout | undefined

  constructor(work: Work, jobs: Map<string, Stored>, onClosed: () => void) {
    this.#work = work
    this.#jobs = jobs
    this.#onClosed = onClosed
  }

  /** Delivers what is due, and looks again when the next one is. */
  look(): void {
    clearTimeout(this.#timer)
    if (this.#isPaused) return
    let next = Infinity
    for (const job of this.#jobs.values()) {
      if (job.state !== 'waiting') continue
      if (job.dueAt > Date.now()) next = Math.min(next, job.dueAt)
      else if (this.#running.size < this.#work.concurrency) void this.#deliver(job) // never rejects
    }
    const wait = Math.min(next - Date.now(), LONGEST_MS)
    if (next < Infinity) this.#timer = startTimer(() => this.look(), wait)
  }

  async #deliver(job: Stored): Promise<void> {
    job.state = 'running'
    job.attempt += 1
    this.#running.add(job)
    const { id, name, args, attempt, timeout, retries, headers } = job
    const delivery = { id, name, args, attempt, deaths: 0, timeout, retries, headers }
    const verdict = await this.#work.deliver(delivery)
    if (!this.#running.delete(job)) return // closed meanwhile
    judge(job, verdict)
    this.look()
  }

  async pause(): Promise<void> {
    this.#isPaused = true
    clearTimeout(this.#timer)
  }

  async close(): Promise<void> {
    await this.pause()
    for (const job of this.#running) judge(job, { state: 'released' })
    this.#running.clear()
    this.#onClosed()
  }
}

function judge(job: Stored, verdict: Verdict): void {
  const { state } = verdict
  if (state === 'succeeded') job.state = 'done'
  else if (state === 'failed') {
    job.state = 'dead'
    job.error = String((verdict.error as Error | null | undefined)?.message ?? verdict.error)
    job.failedAt = Date.now()
  } else {
    job.state = 'waiting'
    if (state !== 'retry') job.attempt -= 1
    const delay = state === 'retry' ? verdict.delay : state === 'unknown' ? UNKNOWN_MS : 0
    job.dueAt = Date.now() + delay
  }
}
