import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * A clock that the test drives by hand, in place of Node's: time stands still, and the event loop
 * does not turn, until it is told to. So each run of a scenario is the same, and takes no time.
 */
export class Clock {
  now = 0
  /** What was sent to `process.emitWarning` meanwhile: the codes. */
  readonly warnings: string[] = []
  #lastId = 0
  readonly #timers = new Set<Timer>()
  #immediates: (() => void)[] = []

  /** Takes the place of Node's clock until the function that it returns is called. */
  install(): () => void {
    const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = globalThis
    const { emitWarning } = process
    Object.assign(globalThis, {
      setTimeout: (callback: () => void, ms: number) => this.#add(callback, ms),
      clearTimeout: (timer?: Timer) => timer && this.#timers.delete(timer),
      setInterval: (callback: () => void, ms: number) => this.#add(callback, ms),
      clearInterval: (timer: Timer) => this.#timers.delete(timer),
      setImmediate: (callback: () => void) => this.#immediates.push(callback),
    })
    // A property of its own hides the method of its prototype, for as long as it is there.
    Object.defineProperty(performance, 'now', { value: () => this.now, configurable: true })
    process.emitWarning = (_: unknown, options?: unknown) => {
      this.warnings.push((options as { code: string }).code)
    }
    return () => {
      const before = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate }
      Object.assign(globalThis, before)
      Reflect.deleteProperty(performance, 'now')
      process.emitWarning = emitWarning
    }
  }

  /** When the next timer is due. */
  get next(): number {
    return this.#first?.due ?? Infinity
  }

  /** Calls back the timer that is due first. */
  fire(): void {
    const timer = this.#first
    if (!timer) return
    this.#timers.delete(timer)
    timer.callback()
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.#timers.size
  }

  /** Whether the loop has anything to do in its next turn. */
  get hasTurn(): boolean {
    return this.#immediates.length > 0
  }

  /** One turn of the event loop. */
  turn(): void {
    for (const callback of this.#immediates.splice(0)) callback()
  }

  /** Lets everything happen that promises have to do, and nothing else. */
  async settle(): Promise<void> {
    await nextTurn()
  }

  get #first(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) if (!first || timer.due < first.due) first = timer
    return first
  }

  #add(callback: () => void, ms: number): Timer {
    const timer = {
      id: ++this.#lastId,
      due: this.now + Math.max(0, ms),
      callback,
      ref: () => timer,
      unref: () => timer,
    }
    this.#timers.add(timer)
    return timer
  }
}

interface Timer {
  readonly id: number
  readonly due: number
  readonly callback: () => void
  ref(): Timer
  unref(): Timer
}
