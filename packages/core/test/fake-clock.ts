import { afterEach, beforeEach, vi } from 'vitest'
import { turn } from './deferred.js'

/**
 * A clock for the tests of a file that goes only as far as it is told; the turns of the event loop
 * stay real. Gives back how to let some ms pass.
 */
export function fakeClock(): (ms: number) => Promise<void> {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    })
  })
  afterEach(() => void vi.useRealTimers())

  return async function pass(ms) {
    await turns()
    await vi.advanceTimersByTimeAsync(ms)
    await turns()
  }
}

async function turns(): Promise<void> {
  for (let count = 0; count < 3; count += 1) await turn()
}

/** For the tests of a file no time passes by itself: what they start is started, on the busiest machine. */
export function stillClock(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())
}
