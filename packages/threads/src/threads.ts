import type { MessagePort, Worker } from 'node:worker_threads'
import type { Stop } from './messages.js'
import type { ThreadPool } from './thread-pool.js'

/** A thread, as piscina tells of it. */
interface ReadyThread {
  readonly id: number
  /** What it has been given and has not answered. */
  readonly currentUsage: number
  readonly destroyed: boolean
}

/** The threads of a pool, as far as they are known. */
export class Threads {
  readonly #piscina: ThreadPool
  /** But for those that were there before. */
  #ready: readonly ReadyThread[] = []
  /** Where each is told to stop what it runs; it comes with the first that it runs for this pool. */
  readonly #ports = new Map<number, MessagePort>()

  constructor(piscina: ThreadPool) {
    this.#piscina = piscina
    piscina.on('workerCreate', (thread: ReadyThread) => {
      this.#ready = [...this.#ready, thread]
    })
    piscina.on('workerDestroy', () => {
      this.#ready = this.#ready.filter(({ destroyed }) => !destroyed)
    })
  }

  /**
   * Those that have nothing to do: what piscina gives one of them begins at once, and can be told to
   * stop. None, as long as there is a thread of which this is not known.
   */
  idle(): readonly ReadyThread[] {
    const isKnown = ({ id }: ReadyThread) => this.#ports.has(id)
    const areKnown = this.#ready.length === this.#piscina.threads.length
    if (!areKnown || !this.#ready.every(isKnown)) return []
    return this.#ready.filter(({ currentUsage }) => currentUsage === 0)
  }

  know(thread: number, port: MessagePort): void {
    port.unref()
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
