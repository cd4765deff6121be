import type { Outcome, RequestTasks, RunnerOptions } from '@backgrounder/core'
import { expect, vi } from 'vitest'
import type { Answer, Asked, Connection, KeptAlive } from './clients/client.js'
import { http1 } from './clients/http1.js'
import { http2Client } from './clients/http2.js'
import {
  type Exchange,
  type Framework,
  type Handler,
  isOver,
  type Layout,
  type RunningApp,
} from './framework.js'
import type { Not } from './not.js'

/** A sentence of the contract, and the proof of it on one framework. */
export interface Row {
  readonly name: string
  /** In which part of the project it was first to be true. @default 'A' */
  readonly mark?: 'B' | 'C' | 'E'
  /** It is about what only our adapter has. */
  readonly oursOnly?: true
  /** Why it cannot be on this framework. */
  readonly not?: Not
  run(stage: Stage): Promise<void>
}

/** An app, and a client that speaks its protocol. */
export interface StagedApp extends RunningApp {
  request(asked?: Asked): Promise<Answer>
  connect(...paths: string[]): Promise<Connection>
  keepAlive(): Promise<KeptAlive>
}

/** Starts apps of one framework, and closes them after the row. */
export class Stage {
  readonly framework: Framework
  readonly #apps: RunningApp[] = []

  constructor(framework: Framework) {
    this.framework = framework
  }

  async start(handler: Handler, options?: RunnerOptions, layout?: Layout): Promise<StagedApp> {
    const app = await this.framework.start(handler, options, layout)
    this.#apps.push(app)
    const client = this.framework.isHttp2 ? http2Client : http1
    return {
      ...app,
      request: (asked) => client.request(app.port, asked),
      connect: (...paths) => client.connect(app.port, ...paths),
      keepAlive: () => client.keepAlive(app.port),
    }
  }

  async close(): Promise<void> {
    for (const app of this.#apps.splice(0)) await app.close()
  }

  /** A task that records how its response had ended when it ran. */
  recorder(): Recorder {
    const ran: Recorder['ran'] = []
    return {
      ran,
      task:
        ({ res }) =>
        () => {
          ran.push({ ...(this.framework.outcome() as Outcome), flushed: isOver(res) })
        },
    }
  }
}

export interface Recorder {
  readonly ran: (Outcome & { readonly flushed: boolean })[]
  readonly task: (exchange: Pick<Exchange, 'res'>) => () => void
}

/** What the collector of our adapter has: for rows that are `oursOnly`. */
export function ours({ tasks }: Exchange): RequestTasks {
  return tasks as RequestTasks
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

let patience = 10_000

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

export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}
