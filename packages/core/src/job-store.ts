import type { Engine, EnqueuedJob, Job } from './engine.js'
import { EnqueueError } from './errors.js'
import { startTimer } from './timer.js'

/** A job that the engine has not answered for. */
interface Call {
  readonly name: string
  /** By performance.now(). */
  readonly lateAt: number
  reject(error: EnqueueError): void
}

/** Stores jobs, and waits no longer than the engine's `acceptTimeout` for each. */
export class JobStore {
  readonly #engine: Engine
  readonly #acceptTimeout: number
  /** In the order of their calls: the first is late first. */
  readonly #calls = new Set<Call>()
  /** One for all: to make a timer and to clear it costs each call more than all else here. */
  #timer: NodeJS.Timeout | undefined

  constructor(engine: Engine) {
    this.#engine = engine
    this.#acceptTimeout = engine.acceptTimeout ?? 2_000
  }

  /** @throws EnqueueError, a 503, when it is not known to be stored. */
  store(job: Job): Promise<EnqueuedJob> {
    return new Promise((resolve, reject) => {
      const { name } = job
      const call = { name, lateAt: performance.now() + this.#acceptTimeout, reject }
      this.#calls.add(call)
      if (this.#calls.size === 1) this.#watch(this.#acceptTimeout)
      const answered = () => {
        this.#calls.delete(call)
        if (this.#calls.size === 0) this.#timer?.unref()
      }
      this.#add(job).then(
        (enqueued) => {
          answered()
          resolve(enqueued)
        },
        (error) => {
          answered()
          reject(new EnqueueError(name, error))
        },
      )
    })
  }

  async #add(job: Job): Promise<EnqueuedJob> {
    return this.#engine.add(job)
  }

  /** Somebody waits for it, so it keeps the process alive. */
  #watch(ms: number): void {
    this.#timer ??= startTimer(() => this.#look(), ms)
    this.#timer?.ref()
  }

  #look(): void {
    this.#timer = undefined
    for (const call of this.#calls) {
      const left = call.lateAt - performance.now()
      if (left > 0) {
        this.#watch(left)
        return
      }
      this.#calls.delete(call)
      const text = `No answer of the store in ${this.#acceptTimeout} ms (acceptTimeout)`
      call.reject(new EnqueueError(call.name, new Error(text)))
    }
  }
}
