import { setTimeout as sleep } from 'node:timers/promises'

/** What is left on the heap, in bytes, when collecting garbage finds no more. Needs --expose-gc. */
export async function measureHeap(): Promise<number> {
  let least = Infinity
  // Finalizers free in a turn of their own what the next collection can take.
  for (let idle = 0, round = 0; idle < 5 && round < 50; round++) {
    await sleep(20)
    gc?.()
    const { heapUsed, external } = process.memoryUsage()
    idle = heapUsed + external < least - 1_000 ? 0 : idle + 1
    least = Math.min(least, heapUsed + external)
  }
  return least
}
