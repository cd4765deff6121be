import type { Runner } from '@backgrounder/core'
import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  ObservableResult,
  ObservableUpDownCounter,
} from '@opentelemetry/api'
import { type AttemptOutcome, isFailure } from './attempt-spans.js'
import { contained } from './contained.js'
import { errorType } from './error-type.js'
import { Labels, nameOf } from './task-labels.js'

/** In seconds: from what is done at once to what takes minutes. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** A name that is made anew for each task must not make a series of its own each time. */
const MOST_NAMES = 1_000
const MOST_ERROR_TYPES = 100

const METER = 'The meter'

type Named = { readonly name: string }

/** The instruments, and what is written to them. */
export class TaskMetrics {
  readonly #names = new Labels(MOST_NAMES, 'other')
  readonly #errorTypes = new Labels(MOST_ERROR_TYPES, '_OTHER')
  readonly #accepted: Counter
  readonly #settled: Counter
  readonly #duration: Histogram
  readonly #queueDuration: Histogram
  readonly #drainDuration: Histogram
  readonly #gauges: [ObservableUpDownCounter, (result: ObservableResult) => void][]

  constructor(meter: Meter, runners: Iterable<Runner>) {
    this.#accepted = meter.createCounter('backgrounder.task.accepted', {
      description: 'Tasks that were added.',
      unit: '{task}',
    })
    this.#settled = meter.createCounter('backgrounder.task.settled', {
      description: 'Tasks that have come to their end, by how they did.',
      unit: '{task}',
    })
    const advice = { explicitBucketBoundaries: BUCKETS }
    this.#duration = meter.createHistogram('backgrounder.task.duration', {
      description: 'How long an attempt took.',
      unit: 's',
      advice,
    })
    this.#queueDuration = meter.createHistogram('backgrounder.task.queue.duration', {
      description: 'How long a task that was ready waited for its start.',
      unit: 's',
      advice,
    })
    this.#drainDuration = meter.createHistogram('backgrounder.drain.duration', {
      description: 'How long a drain took.',
      unit: 's',
      advice,
    })
    const gauge = (stat: 'pending' | 'running' | 'overdue', description: string) => {
      const counter = meter.createObservableUpDownCounter(`backgrounder.task.${stat}`, {
        description,
        unit: '{task}',
      })
      const observe = (result: ObservableResult) => {
        let sum = 0
        for (const runner of runners) sum += runner.stats[stat]
        result.observe(sum)
      }
      counter.addCallback(observe)
      return [counter, observe] as [ObservableUpDownCounter, typeof observe]
    }
    this.#gauges = [
      gauge(
        'pending',
        'Tasks that are accepted and not settled, or out of time and still running.',
      ),
      gauge('running', 'Tasks whose function has started and not ended.'),
      gauge('overdue', 'Tasks that have timed out and whose function has not ended.'),
    ]
  }

  accepted(task: Named): void {
    contained(METER, () => this.#accepted.add(1, this.#named(task)))
  }

  queued(task: Named, ms: number): void {
    contained(METER, () => this.#queueDuration.record(ms / 1_000, this.#named(task)))
  }

  attempted(task: Named, ms: number, outcome: AttemptOutcome, error: unknown): void {
    const attributes = this.#ended(task, outcome, error)
    contained(METER, () => this.#duration.record(ms / 1_000, attributes))
  }

  settled(task: Named, outcome: AttemptOutcome, error: unknown): void {
    contained(METER, () => this.#settled.add(1, this.#ended(task, outcome, error)))
  }

  drained(ms: number, isOk: boolean): void {
    const attributes = { 'backgrounder.drain.ok': isOk }
    contained(METER, () => this.#drainDuration.record(ms / 1_000, attributes))
  }

  /** Nothing is observed any more. */
  end(): void {
    for (const [counter, observe] of this.#gauges) counter.removeCallback(observe)
  }

  #named(task: Named): Attributes {
    return { 'backgrounder.task.name': this.#names.get(nameOf(task)) }
  }

  #ended(task: Named, outcome: AttemptOutcome, error: unknown): Attributes {
    return {
      ...this.#named(task),
      'backgrounder.task.outcome': outcome,
      ...(isFailure(outcome) && { 'error.type': this.#errorTypes.get(errorType(error)) }),
    }
  }
}
