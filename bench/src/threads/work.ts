// What the threads run; each loads this module for itself.
import { createHash } from 'node:crypto'

/** How long `block` is let block, in ms. */
export const TASK_MS = 200

/** Nobody else in its thread has a turn for so long. */
export function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** What a small task is given: a kilobyte or two. */
export interface Order {
  readonly id: number
  readonly customer: { readonly name: string; readonly mail: string }
  readonly at: Date
  readonly lines: readonly { readonly sku: string; readonly count: number; readonly price: number }[]
}

export function order(id: number): Order {
  const lines = Array.from({ length: 20 }, (_, line) => ({
    sku: `sku-${id}-${line}`,
    count: line,
    price: 9.99,
  }))
  return { id, customer: { name: 'Ada', mail: 'ada@example.com' }, at: new Date(0), lines }
}

const ROUNDS = 300

/** A small task that is worth a thread: about a millisecond. */
export function digest(order: Order): string {
  let hash = JSON.stringify(order)
  for (let round = 0; round < ROUNDS; round++) {
    hash = createHash('sha256').update(hash).digest('hex')
  }
  return hash
}

/** No task is worth a thread for this: what is measured is the way there and back. */
export function nothing(_order: Order): void {}
