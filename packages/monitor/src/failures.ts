import { detailsOf, type TaskContext } from '@backgrounder/core'
import { errorText } from './error-text.js'
import { printable } from './printable.js'
import { describeRequest } from './request-text.js'

const MOST = 100
/**
 * In a storm of failures most are the same, and the text of each takes longer than the task did. Those
 * that another attempt follows leave room for the others.
 */
const MOST_IN_A_SECOND = { final: 20, retried: 10 }

/** A failed attempt, as it is shown. */
export interface Failure {
  /** Counts up. */
  readonly key: number
  readonly runner: string
  readonly id: string
  readonly name: string
  /** `retried`: another attempt follows. */
  readonly state: 'failed' | 'timedOut' | 'retried'
  readonly attempt: number
  /** When, in ms since 1970. */
  readonly at: number
  /** How long the attempt took; undefined: it has not started, or another one follows. */
  readonly ms: number | undefined
  /** `POST /signup`. */
  readonly request: string
  readonly addedAt: string
  readonly title: string
  readonly stack: string
}

/** The last failures: texts, so that no error and no task is kept alive. */
export class Failures {
  #list: Failure[] = []
  #last = 0
  #second = 0
  readonly #inSecond = { final: 0, retried: 0 }
  /** How many were not kept, because there were too many at once. */
  dropped = 0

  add(
    runner: string,
    task: TaskContext,
    what: Pick<Failure, 'state' | 'attempt' | 'ms'> & { readonly error: unknown },
  ): void {
    const at = Date.now()
    const second = Math.floor(at / 1_000)
    if (second !== this.#second) this.#inSecond.final = this.#inSecond.retried = 0
    this.#second = second
    const kind = what.state === 'retried' ? 'retried' : 'final'
    this.#inSecond[kind] += 1
    if (this.#inSecond[kind] > MOST_IN_A_SECOND[kind]) {
      this.dropped += 1
      return
    }
    const { error, ...rest } = what
    this.#last += 1
    this.#list.push({
      key: this.#last,
      runner,
      id: printable(task.id),
      name: printable(task.name),
      ...rest,
      at,
      request: describeRequest(task.request),
      addedAt: printable(detailsOf(task)?.addedAt),
      ...errorText(error),
    })
    if (this.#list.length > 2 * MOST) this.#list = this.#list.slice(-MOST)
  }

  /** Those after this key, the oldest first. */
  since(key: number): Failure[] {
    return this.#list.slice(-MOST).filter((failure) => failure.key > key)
  }

  get last(): number {
    return this.#last
  }
}
