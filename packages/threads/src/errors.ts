import { BackgrounderError } from '@backgrounder/core'

/** The thread has ended while the function ran: `process.exit()`, no memory left, an uncaught error. */
export class ThreadDiedError extends BackgrounderError {
  constructor(name: string, cause: unknown) {
    const { message = String(cause), code } = cause as { message?: unknown; code?: unknown }
    const why = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory' : message
    super('BG_THREAD_DIED', `Task ${name} failed: its thread has ended (${why})`, { cause })
  }
}
