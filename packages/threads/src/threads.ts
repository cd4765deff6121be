import type { MessagePort, Worker } from 'node:worker_threads'
import type { Board } from './board.js'
import type { GiveBoard, Stop } from './messages.js'
import type { ThreadPool } from './thread-pool.js'

/** The threads of a pool, and where each is told to stop what it runs. */
export class Threads {
  readonly #piscina: ThreadPool
  readonly #board: Board
  readonly #ports = new Map<number, MessagePort>()

  constructor(piscina: ThreadPool, board: Board) {
    this.#piscina = piscina
    this.#board = board
  }

  /** It has begun with something for the first time: from the next time on it writes that on the board. */
  know(thread: number, port: MessagePort): void {
    port.unref()
    port.postMessage({ board: this.#board.memory } satisfies GiveBoard)
    this.#ports.set(thread, port)
    this.find(thread)?.once('exit', () => this.#ports.delete(thread))
  }

  find(thread: number): Worker | undefined {
    return this.#piscina.threads.find(({ threadId }) => threadId === thread)
  }

  tell(thread: number, stop: Stop): void {
    this.#ports.get(thread)?.postMessage(stop)
  }
}
