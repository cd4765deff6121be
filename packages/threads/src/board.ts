/** For each place: the id of a request and its thread, and when it began, by the clock of all threads. */
const BYTES = 16

/** What a thread has written of the request that it has begun with. */
export interface Begin {
  readonly thread: number
  /** By this thread's performance.now(). */
  readonly at: number
}

/** Memory of all threads of a pool: there they write what they begin with, and nobody is woken by it. */
export class Board {
  readonly memory: SharedArrayBuffer
  readonly #numbers: Int32Array
  readonly #times: Float64Array

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory
    this.#numbers = new Int32Array(memory)
    this.#times = new Float64Array(memory)
  }

  static of(places: number): Board {
    return new Board(new SharedArrayBuffer(places * BYTES))
  }

  /** Here it begins, now. */
  begin(place: number, id: number, thread: number): void {
    this.#times[place * 2 + 1] = monotonic()
    this.#numbers[place * 4 + 1] = thread
    // The last: whoever sees it sees the others.
    Atomics.store(this.#numbers, place * 4, id)
  }

  /** Undefined when no thread has begun with it. */
  find(place: number, id: number): Begin | undefined {
    if (Atomics.load(this.#numbers, place * 4) !== (id | 0)) return undefined
    const ago = monotonic() - (this.#times[place * 2 + 1] as number)
    return { thread: this.#numbers[place * 4 + 1] as number, at: performance.now() - ago }
  }
}

// As it was before a test has put its own in its place.
const { hrtime } = process

/** In ms; performance.now() begins anew in each thread. */
function monotonic(): number {
  const [seconds, nanoseconds] = hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}
