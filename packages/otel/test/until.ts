import { vi } from 'vitest'

/** Waits for a state, and not for a time. */
export function until(isSo: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!isSo()) throw new Error(`Not so: ${isSo}`)
    },
    { timeout: 20_000, interval: 5 },
  )
}
