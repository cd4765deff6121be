import { setTimeout as sleep } from 'node:timers/promises'
import type { Process } from './process.js'

/** Clients at once. */
const CLIENTS = 20
/** For a whole load, or for all runs of a case, in ms. */
const LONG_MS = 60_000

/** Clients of a server, which ask until they are told to stop. */
export class Load {
  readonly answered: Set<string>
  readonly #clients: Promise<unknown>
  #isOver = false

  /** Adds to `answered` each id that was answered with 202: it was promised. */
  constructor(server: Process, where: string, answered: Set<string>) {
    this.answered = answered
    const client = async () => {
      while (!this.#isOver) {
        const id = `${++count}`
        if (await server.post(`${where}/${id}`)) answered.add(id)
        else await sleep(20)
      }
    }
    this.#clients = Promise.all(Array.from({ length: CLIENTS }, client))
  }

  /** Resolves when so many were answered. */
  async reach(answers: number): Promise<void> {
    if (await comesTrue(() => this.answered.size >= answers)) return
    throw new Error(`only ${this.answered.size} of ${answers} were answered: too few to count`)
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#clients
  }
}

let count = 0

/** Whether it has come true in time. */
export async function comesTrue(what: () => boolean, ms: number = LONG_MS): Promise<boolean> {
  for (const end = performance.now() + ms; !what(); await sleep(20)) {
    if (performance.now() > end) return false
  }
  return true
}
