import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type AcceptedEvent,
  type AttemptEvent,
  type DrainEvent,
  detailsOf,
  type EnqueueEvent,
  type ReadyEvent,
  type RetriedEvent,
  type SettledEvent,
  type TaskContext,
  type TaskRun,
  type TimedOutEvent,
} from '@backgrounder/core'
import type { Span, Tracer } from '@opentelemetry/api'
import { type AttemptOutcome, endSpan, startSpan } from './attempt-spans.js'
import type { BackgrounderInstrumentationConfig } from './config.js'
import { contained } from './contained.js'
import { inject } from './job-context.js'
import { SeenRunners } from './seen-runners.js'
import type { TaskMetrics } from './task-metrics.js'

/** What is written to: as it is when something happens. */
export interface Target {
  tracer(): Tracer
  metrics(): TaskMetrics
  config(): BackgrounderInstrumentationConfig
}

/** An attempt that has started and not ended. */
interface Attempt {
  readonly span: Span | undefined
  /** By performance.now(). */
  readonly startedAt: number
}

/**
 * Listens to core. An attempt that was told of ends with the first that comes after it: its time-out,
 * its retry, or the end of its task. So no promise of a task is touched.
 */
export class Observer {
  readonly runners: SeenRunners = new SeenRunners()
  readonly #target: Target
  /** Weak: what hangs in a runner that nobody keeps is collected with it, and its span never ends. */
  readonly #attempts = new WeakMap<TaskContext | TaskRun, Attempt>()
  /** Since when a task may start, by performance.now(). */
  readonly #readyAt = new WeakMap<TaskContext, number>()
  /** Jobs that are given back to their engine, to be tried again: that is their end in this process. */
  readonly #givenBack = new WeakSet<TaskContext>()
  readonly #listeners = listeners([
    ['task.accepted', (event) => this.#accepted(event as AcceptedEvent)],
    ['task.ready', (event) => this.#ready(event as ReadyEvent)],
    ['task.attempt', (event) => this.#attempt(event as AttemptEvent)],
    ['task.timedOut', (event) => this.#timedOut(event as TimedOutEvent)],
    ['task.retried', (event) => this.#retried(event as RetriedEvent)],
    ['task.settled', (event) => this.#settled(event as SettledEvent)],
    ['job.enqueue', (event) => this.#enqueue(event as EnqueueEvent)],
    ['drain', (event) => this.#drain(event as DrainEvent)],
  ])

  constructor(target: Target) {
    this.#target = target
  }

  start(): void {
    for (const [name, listener] of this.#listeners) subscribe(`backgrounder.${name}`, listener)
  }

  /** Nobody would tell of the end of what runs now. */
  stop(): void {
    for (const [name, listener] of this.#listeners) unsubscribe(`backgrounder.${name}`, listener)
    for (const runner of this.runners) {
      for (const run of runner.pending()) {
        const { span } = this.#attempts.get(run) ?? {}
        contained('The tracer', () => span?.end())
      }
    }
  }

  #accepted({ task }: AcceptedEvent): void {
    const { runner, run } = detailsOf(task) ?? {}
    if (runner) this.runners.add(runner)
    this.#target.metrics().accepted(task)
    // A promise that is tracked runs already, and where nobody could put a span around it.
    if (run?.state === 'running') {
      this.#attempts.set(task, { span: undefined, startedAt: performance.now() })
    }
  }

  #ready({ task }: ReadyEvent): void {
    // A job is not told of before.
    const { runner } = detailsOf(task) ?? {}
    if (runner) this.runners.add(runner)
    this.#readyAt.set(task, performance.now())
  }

  #attempt(event: AttemptEvent): void {
    const { task } = event
    const target = this.#target
    const startedAt = performance.now()
    const readyAt = this.#readyAt.get(task)
    if (readyAt !== undefined) target.metrics().queued(task, startedAt - readyAt)
    // Without a span it is an attempt all the same.
    const span = contained('The tracer', () => startSpan(event, target.tracer(), target.config()))
    this.#attempts.set(task, { span, startedAt })
  }

  #timedOut({ task, error }: TimedOutEvent): void {
    this.#end(task, 'timedOut', error)
  }

  #retried({ task, error }: RetriedEvent): void {
    this.#givenBack.add(task)
    this.#end(task, 'retried', error)
  }

  #settled({ task, state, error }: SettledEvent): void {
    const metrics = this.#target.metrics()
    const outcome = state === 'handedOff' && this.#givenBack.has(task) ? 'retried' : state
    this.#end(task, outcome, error)
    metrics.settled(task, outcome, error)
  }

  #end(task: TaskContext, outcome: AttemptOutcome, error: unknown): void {
    const attempt = this.#attempts.get(task)
    if (!attempt) return
    this.#attempts.delete(task)
    const ms = performance.now() - attempt.startedAt
    const { span } = attempt
    if (span) contained('The tracer', () => endSpan(span, outcome, error))
    this.#target.metrics().attempted(task, ms, outcome, error)
  }

  #enqueue({ headers }: EnqueueEvent): void {
    if (this.#target.config().propagation !== 'none') inject(headers)
  }

  #drain({ runner, phase, ms, report }: DrainEvent): void {
    this.runners.add(runner)
    if (phase === 'end') this.#target.metrics().drained(ms ?? 0, report?.ok === true)
  }
}

type Listener = (message: unknown) => void

/** What is wrong in an event, or with whatever is written to, is no error of the process. */
function listeners(own: [channel: string, Listener][]): [channel: string, Listener][] {
  return own.map(([name, listener]) => [
    name,
    (message) => contained('A listener', () => listener(message)),
  ])
}
