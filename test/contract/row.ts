import type { Outcome, RunnerOptions } from '@backgrounder/core'
import { expect, vi } from 'vitest'
import type { Exchange, Framework, Handler, RunningApp } from './framework.js'

/** A sentence of the contract, and the proof of it on one framework. */
export interface Row {
  readonly name: string
  /** It is about what only our adapter has. */
  readonly oursOnly?: true
  run(stage: Stage): Promise<void>
}

/** Starts apps of one framework, and closes them after the row. */
export class Stage {
  readonly framework: Framework
  readonly #apps: RunningApp[] = []

  constructor(framework: Framework) {
    this.framework = framework
  }

  async start(handler: Handler, options?: RunnerOptions): Promise<RunningApp> {
    const app = await this.framework.start(handler, options)
    this.#apps.push(app)
    return app
  }

  async close(): Promise<void> {
    for (const app of this.#apps) await app.close()
  }

  /** A task that records how its response had ended when it ran. */
  recorder(): Recorder {
    const ran: Recorder['ran'] = []
    return {
      ran,
      task:
        ({ res }) =>
        () => {
          // Not the library's word but Node's: nothing is left to be written.
          const flushed = res.writableFinished || res.destroyed || res.req.socket.destroyed
          ran.push({ ...(this.framework.outcome() as Outcome), flushed })
        },
    }
  }
}

interface Recorder {
  readonly ran: (Outcome & { readonly flushed: boolean })[]
  readonly task: (exchange: Exchange) => () => void
}

/** The task has run once, no earlier than its response was over, and was told how it ended. */
export async function expectOnce(
  { ran }: Recorder,
  expected: { readonly sent: boolean; readonly status?: number | undefined },
): Promise<void> {
  await until(() => ran.length > 0)
  await turns(20)
  expect(ran).toEqual([expect.objectContaining({ ...expected, flushed: true })])
}

let patience = 3_000

/** How long `until` waits, in ms: less where a row is expected to fail. */
export function setPatience(ms: number): void {
  patience = ms
}

/** Waits for a state. */
export async function until(isSo: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(isSo()).toBe(true), { timeout: patience, interval: 2 })
}

/** Lets the event loop turn, so that what must not happen had its chance. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 1))
}
