// What the threads run; each loads this module for itself.
import { createHash } from 'node:crypto'

/** How long the task of a request blocks, in ms. */
export const TASK_MS = 200

/** Nobody else in its thread has a turn for so long. */
export function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** What a small task is given: a kilobyte. */
export interface Order {
  readonly id: number
  readonly customer: { readonly name: string; readonly mail: string }
  readonly at: Date
  readonly lines: readonly {
    readonly sku: string
    readonly count: number
    readonly price: number
  }[]
}

export function order(id: number): Order {
  const lines = Array.from({ length: 20 }, (_, line) => ({
    sku: `sku-${id}-${line}`,
    count: line,
    price: 9.99,
  }))
  return { id, customer: { name: 'Ada', mail: 'ada@example.com' }, at: new Date(0), lines }
}

/** About 3 µs for each hash. */
export function digest(order: Order, hashes: number): string {
  let hash = JSON.stringify(order)
  for (let i = 0; i < hashes; i++) hash = createHash('sha256').update(hash).digest('hex')
  return hash
}

/** The same for piscina, which passes one argument. */
export function digestOf([order, hashes]: [order: Order, hashes: number]): string {
  return digest(order, hashes)
}
