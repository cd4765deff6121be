import { vi } from 'vitest'

/** Memory that a thread sees too: the id of the one that has come here, how often, and the gate. */
export function makeGate(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(12))
}

/** Which thread it is that has come here. */
export async function comesTo(gate: Int32Array, times = 1): Promise<number> {
  await vi.waitFor(
    () => {
      if ((gate[0] ?? 0) === 0 || (gate[1] ?? 0) < times) throw new Error('Nobody has come')
    },
    { timeout: 60_000, interval: 5 },
  )
  return gate[0] as number
}

export function open(gate: Int32Array): void {
  Atomics.store(gate, 2, 1)
  Atomics.notify(gate, 2)
}

/** Until timers of less than that have fired. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
