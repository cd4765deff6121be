import type { ServerResponse } from 'node:http'
import onFinished from 'on-finished'
import type { Variant } from './variants.js'

let done = 0

/** How many tasks have run, in every variant. */
export function tasksRun(): number {
  return done
}

/** What a task does: as good as nothing. */
export function work(url: string): void {
  done += url.length > 0 ? 1 : 0
}

export async function asyncWork(url: string): Promise<void> {
  await null
  work(url)
}

async function fiveInOrder(url: string): Promise<void> {
  for (let i = 0; i < 5; i++) {
    try {
      await asyncWork(url)
    } catch (error) {
      console.error(error)
    }
  }
}

interface Collector {
  addTask(func: (this: void, url: string) => unknown, url: string): unknown
}

let look: ((res: ServerResponse) => void) | undefined

/** Calls with each response whose handler runs, until it is called without a function. */
export function onHandler(seen?: (res: ServerResponse) => void): void {
  look = seen
}

/** What the handler of a variant does before it answers. */
export function addWork(
  variant: Variant,
  url: string,
  res: ServerResponse,
  tasks: () => Collector | undefined,
): void {
  look?.(res)
  if (variant === 'by hand, 1 task') res.on('finish', () => setImmediate(work, url))
  else if (variant === 'ours, 1 task') tasks()?.addTask(work, url)
  else if (variant === 'on-finished, 1 task') onFinished(res, () => setImmediate(work, url))
  else if (variant === 'by hand, 5 async tasks')
    res.on('finish', () => setImmediate(fiveInOrder, url))
  else if (variant === 'ours, 5 async tasks')
    for (let i = 0; i < 5; i++) tasks()?.addTask(asyncWork, url)
}

export function isOurs(variant: Variant): boolean {
  return variant.startsWith('ours')
}

/** How many tasks a request of this variant has. */
export function tasksPerRequest(variant: Variant): number {
  if (variant.includes('5 async')) return 5
  return variant.includes('1 task') ? 1 : 0
}
