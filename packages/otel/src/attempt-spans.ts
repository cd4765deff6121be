import { type AttemptEvent, detailsOf } from '@backgrounder/core'
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { BackgrounderInstrumentationConfig } from './config.js'
import { errorType, toException } from './error-type.js'
import { extract } from './job-context.js'
import { nameOf } from './task-labels.js'

/** How an attempt has ended: as its task, or with another attempt to follow. */
export type AttemptOutcome =
  | 'succeeded'
  | 'retried'
  | 'failed'
  | 'timedOut'
  | 'cancelled'
  | 'abandoned'
  | 'skipped'
  | 'handedOff'

/** Whether an attempt that ends so has failed: `cancelled` is what somebody wanted. */
export function isFailure(outcome: AttemptOutcome): boolean {
  switch (outcome) {
    case 'retried':
    case 'failed':
    case 'timedOut':
    case 'abandoned':
      return true
    default:
      return false
  }
}

/** Starts the span of an attempt, and lets the attempt run inside of it. */
export function startSpan(
  event: AttemptEvent,
  tracer: Tracer,
  { propagation }: BackgrounderInstrumentationConfig,
): Span {
  const { task, attempt, call } = event
  const details = detailsOf(task)
  const isJob = details?.isJob === true
  const name = nameOf(task)
  const attributes: Attributes = {
    'backgrounder.task.id': task.id,
    'backgrounder.task.name': name,
    'backgrounder.task.attempt': attempt,
  }
  const kind = isJob ? SpanKind.CONSUMER : SpanKind.INTERNAL
  const outer = isJob ? extract(details.headers) : context.active()
  const how = propagation ?? (isJob ? 'link' : 'child')
  const span = tracer.startSpan(
    `process ${name}`,
    { kind, attributes, ...(how !== 'child' && asRoot(outer, how === 'link')) },
    outer,
  )
  const inner = trace.setSpan(outer, span)
  event.call = () => context.with(inner, call)
  return span
}

function asRoot(outer: Context, isLinked: boolean): SpanOptions {
  const spanContext = isLinked ? trace.getSpanContext(outer) : undefined
  return { root: true, ...(spanContext && { links: [{ context: spanContext }] }) }
}

/** Ends it, with what became of its attempt. */
export function endSpan(span: Span, outcome: AttemptOutcome, error: unknown): void {
  span.setAttribute('backgrounder.task.outcome', outcome)
  if (isFailure(outcome) && span.isRecording()) {
    const exception = toException(error)
    span.setAttribute('error.type', errorType(error))
    span.recordException(exception)
    span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message })
  }
  span.end()
}
