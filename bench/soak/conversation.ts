import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

type Calls = Record<string, (argument: never) => unknown>

interface Reply {
  readonly value?: unknown
  readonly error?: string
}

/** Another process that does one call after the other. */
export class Child<C extends Calls> {
  readonly #process: ChildProcess
  readonly #signal: AbortSignal

  /** When the signal aborts, the process is killed and its call rejects. */
  constructor(file: string, signal: AbortSignal) {
    this.#signal = signal
    this.#process = fork(file, {
      execArgv: ['--expose-gc', '--import', 'tsx'],
      // Outside of production an addTask also looks up where it was called.
      env: { NODE_ENV: 'production', ...process.env },
      signal,
    })
    this.#process.on('error', () => {}) // of the abort: whoever waits for a reply hears of it
  }

  async call<K extends keyof C & string>(
    name: K,
    argument: Parameters<C[K]>[0],
  ): Promise<Awaited<ReturnType<C[K]>>> {
    this.#process.send({ name, argument })
    const exit = once(this.#process, 'exit', { signal: this.#signal }).then(([code, signal]) => {
      throw new Error(`A process of the soak has ended during ${name}: ${code ?? signal}`)
    })
    const [reply] = await Promise.race([once(this.#process, 'message'), exit])
    const { value, error } = reply as Reply
    if (error !== undefined) throw new Error(error)
    return value as Awaited<ReturnType<C[K]>>
  }

  /** Lets go of the process, which nothing may keep alive now. */
  async end(): Promise<void> {
    const exit = once(this.#process, 'exit', { signal: this.#signal })
    this.#process.disconnect()
    const [code] = await exit
    if (code !== 0) throw new Error('A process of the soak did not end by itself')
  }
}

const PATIENCE_MS = 5_000

/** The other side: in the process itself. It does not outlive the one that calls. */
export function answerCalls(calls: Calls): void {
  process.on('disconnect', () => setTimeout(() => process.exit(1), PATIENCE_MS).unref())
  process.on('message', ({ name, argument }: { name: string; argument: never }) => {
    void reply(() => calls[name]?.(argument))
  })
}

async function reply(call: () => unknown): Promise<void> {
  const message: Reply = await Promise.resolve()
    .then(call)
    .then(
      (value) => ({ value }),
      (error) => ({ error: error?.stack ?? String(error) }),
    )
  process.send?.(message)
}
