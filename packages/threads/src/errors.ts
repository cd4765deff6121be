import { BackgrounderError } from '@backgrounder/core'
import { escapeLine } from '@backgrounder/core/elsewhere'

/** The thread has ended while the function ran: `process.exit()`, no memory left, an uncaught error. */
export class ThreadDiedError extends BackgrounderError {
  constructor(name: string, cause: unknown) {
    const { message = String(cause), code } = (cause ?? {}) as { message?: unknown; code?: unknown }
    const why = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory' : message
    super('BG_THREAD_DIED', `Task ${name} failed: its thread has ended (${why})`, { cause })
  }
}

/** Of a thread that had nothing to do: no task fails for it. */
export function warnDied(error: unknown): void {
  const { message = String(error) } = (error ?? {}) as { message?: unknown }
  const text = `A thread has ended by an error while it ran no task: ${escapeLine(String(message))}`
  process.emitWarning(text, { type: 'BackgrounderWarning', code: 'BG_THREAD_DIED' })
}
