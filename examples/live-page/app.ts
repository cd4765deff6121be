import type { Background, Engine, Runner, TaskRun } from '@backgrounder/core'

/** What the three apps are made with. */
export interface Settings {
  readonly engine: Engine
  readonly invoice: Background<[order: string]>
}

/** A framework's app, before and while it listens. */
export interface App {
  readonly runner: Runner
  /** On the loopback; 0 is any port. Resolves to the port. */
  listen(port: number): Promise<number>
  /** Refuses new clients, and waits for the tasks. Whether nothing was left behind. */
  close(): Promise<boolean>
}

/** How long the tasks are waited for at the end, in ms. */
export const DRAIN_MS = 5_000

/** Failures stand on the page: here they would be a page of stacks. */
export function onError(): void {}

/** What can be cancelled from outside of its request. */
export class Cancellable {
  readonly #runs = new Map<string, TaskRun>()

  add(id: string, run: TaskRun): void {
    this.#runs.set(id, run)
    const forget = () => void (this.#runs.get(id) === run && this.#runs.delete(id))
    run.done.then(forget, forget)
  }

  cancel(id: string): boolean {
    return this.#runs.get(id)?.cancel('the user does not want it any more') ?? false
  }
}
