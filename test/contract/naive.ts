import type { ServerResponse } from 'node:http'
import type { Outcome } from '@backgrounder/core'
import onFinished from 'on-finished'

// What one writes in ten minutes: an array, and on-finished (or Fastify's onResponse) to run it.
// The rows that it fails are listed in naive-fails.ts; they are what the tracker is for.

let current: Outcome | undefined

export function naiveOutcome(): Outcome | undefined {
  return current
}

export class NaiveTasks {
  readonly #funcs: (() => unknown)[] = []
  asGroup = false

  addTask(func: () => unknown): void {
    this.#funcs.push(func)
  }

  async run(outcome: Outcome): Promise<void> {
    for (const func of this.#funcs) {
      current = outcome
      try {
        await func()
      } catch {
        // the next one is to run all the same
      }
    }
  }
}

export function naiveTasks(res: ServerResponse): NaiveTasks {
  const tasks = new NaiveTasks()
  onFinished(res, (error) => tasks.run({ sent: !error, status: res.statusCode }))
  return tasks
}
