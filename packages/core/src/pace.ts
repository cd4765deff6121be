// After this much work other work of the process has its turn.
export const TURN_MS = 1

/** The pace of a list, which may be long and of synchronous functions. */
export class Pace {
  #worked = 0

  /** Whether what it has started has worked for a turn's time, before the first `await` of each. */
  get isOver(): boolean {
    return this.#worked > TURN_MS
  }

  start<T>(func: () => T): T {
    const began = performance.now()
    const result = func()
    this.#worked += performance.now() - began
    return result
  }

  /** Resolves in a later turn of the event loop. */
  async rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#worked = 0
  }
}
