import assert from 'node:assert/strict'
import { type Background, background } from './background.js'
import type { Engine, EnqueuedJob } from './engine.js'
import type { TaskOptions } from './options.js'
import { createRunner, type Runner } from './runner.js'
import { startWorker, type Worker, type WorkerOptions } from './worker.js'

/** Makes an engine on an empty store; it is closed by the case. */
export type OpenEngine = () => Promise<Engine>

/** A case: its name and its check. */
export type Case = readonly [name: string, check: (bench: Bench) => Promise<void>]

/** What is waited for comes in this time, in ms, or the case fails. */
const PATIENCE_MS = 30_000

/** An engine under test, with what a case needs around it. */
export class Bench {
  readonly engine: Engine
  readonly runner: Runner
  readonly #workers: Worker[] = []

  constructor(engine: Engine) {
    this.engine = engine
    this.runner = createRunner({ engine, onError() {} })
  }

  /** A worker that is closed with the case. Failures are what the cases are about: nothing is logged. */
  async work(tasks: Background[], options: Partial<WorkerOptions> = {}): Promise<Worker> {
    const { engine } = this
    const worker = await startWorker({
      engine,
      tasks,
      onError() {},
      slowWarning: false,
      ...options,
    })
    this.#workers.push(worker)
    return worker
  }

  enqueue<A extends unknown[]>(definition: Background<A>, ...args: A): Promise<EnqueuedJob> {
    return this.runner.enqueue(definition as Background, ...args)
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close({ timeout: 200 })))
    await this.engine.close()
  }
}

/** Runs a check with an engine of its own. */
export async function inEngine(
  open: OpenEngine,
  check: (bench: Bench) => Promise<void>,
): Promise<void> {
  const bench = new Bench(await open())
  try {
    await check(bench)
  } finally {
    await bench.end()
  }
}

/** A definition that keeps what it was called with. */
export function recorded(
  options: TaskOptions = {},
  func: (...args: unknown[]) => unknown = () => {},
): { task: Background<unknown[]>; calls: unknown[][] } {
  const calls: unknown[][] = []
  const task = background(
    (...args: unknown[]) => {
      calls.push(args)
      return func(...args)
    },
    { name: 'recorded', ...options },
  )
  return { task, calls }
}

/** Waits for a state, and not for a time. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `Not so after ${PATIENCE_MS} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A promise that the case settles itself. */
export function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
