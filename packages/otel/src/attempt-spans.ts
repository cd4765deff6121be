import { type AttemptEvent, detailsOf } from '@backgrounder/core'
import {
  type Attributes,
  type Context,
  context,
  propagation,
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
  config: BackgrounderInstrumentationConfig,
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
  const given = isJob ? extract(details.headers) : context.active()
  const how = config.propagation ?? (isJob ? 'link' : 'child')
  const outer = how === 'none' ? untied(given) : given
  const span = tracer.startSpan(
    `process ${name}`,
    { kind, attributes, ...(how !== 'child' && asRoot(outer, how === 'link')) },
    outer,
  )
  const inner = trace.setSpan(outer, span)
  event.call = () => context.with(inner, call)
  return span
}

/** What is of the request: what else stands there, such as that nothing is to be traced, is kept. */
function untied(outer: Context): Context {
  return propagation.deleteBaggage(trace.deleteSpan(outer))
}

function asRoot(outer: Context, isLinked: boolean): SpanOptions {
  const spanContext = isLinked ? trace.getSpanContext(outer) : undefined
  return { root: true, ...(spanContext && { links: [{ context: spanContext }] }) }
}

/** Ends it, with what became of its attempt. */
export function endSpan(span: Span, outcome: AttemptOutcome, error: unknown): void {
  try {
    span.setAttribute('backgrounder.task.outcome', outcome)
    if (!isFailure(outcome) || !span.isRecording()) return
    const exception = toException(error)
    span.setAttribute('error.type', errorType(error))
    span.recordException(exception)
    span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message })
  } finally {
    span.end()
  }
}
