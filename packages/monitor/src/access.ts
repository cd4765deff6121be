import { expected } from '@backgrounder/core'
import type { Exchange } from './exchange.js'
import type { Access, MonitorOptions } from './options.js'
import type { QuietLog } from './quiet-log.js'
import { startTimer } from './root-scope.js'

const LIMIT_MS = 10_000

/** `authorize` has given no answer: it has had its time, or the server is about to stop. */
export class Unanswered extends Error {}

/** Asks the application who may see the page. */
export class Gate {
  readonly #options: MonitorOptions
  readonly #log: QuietLog
  readonly #waiting = new Set<(error: Error) => void>()

  constructor(options: MonitorOptions, log: QuietLog) {
    this.#options = options
    this.#log = log
  }

  /** Whether somebody waits for an answer. */
  get isAsked(): boolean {
    return this.#waiting.size > 0
  }

  /** Rejects when it cannot tell: the visitor learns nothing of why, and the log does. */
  async ask(exchange: Exchange): Promise<Access> {
    try {
      const access = await this.#answer(exchange)
      if (access === 'read' || access === 'write') return access
      if (access === false || access === undefined || access === null) return false
      throw expected('what authorize gives', "'read', 'write' or false", access)
    } catch (error) {
      if (error !== stopping) this.#log('authorize of monitor', error)
      throw error
    }
  }

  /** Waits for no answer any longer. */
  letGo(): void {
    for (const give of [...this.#waiting]) give(stopping)
  }

  async #answer({ req, context }: Exchange): Promise<unknown> {
    let give: (error: Error) => void = () => {}
    const none = new Promise<never>((_resolve, reject) => {
      give = reject
    })
    const sentence = `It has given no answer in ${LIMIT_MS / 1_000} s`
    const timer = startTimer(() => give(new Unanswered(sentence)), LIMIT_MS)
    this.#waiting.add(give)
    try {
      return await Promise.race([this.#options.authorize(req, context), none])
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(give)
    }
  }
}

const stopping: Error = new Unanswered('The server is about to stop')
