import { once } from 'node:events'
import { currentTask, Task } from '@backgrounder/core'

/** A task that runs until its signal is aborted, and notes the reason. */
export function patient(reasons: unknown[]): Task {
  return new Task(async () => {
    const signal = currentTask()?.signal as AbortSignal
    await once(signal, 'abort')
    reasons.push(signal.reason)
  })
}

/** A task that fails when the gate opens. */
export function failing(gate: Promise<void>, error: unknown): Task {
  return new Task(() => gate.then(() => Promise.reject(error)))
}
