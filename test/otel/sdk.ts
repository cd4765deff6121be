// Runs in the child, before anything that it has to see is loaded.
import {
  BackgrounderInstrumentation,
  type BackgrounderInstrumentationConfig,
} from '@backgrounder/otel'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { metrics, NodeSDK, tracing } from '@opentelemetry/sdk-node'

/** A span, as the child tells of it. */
export interface ToldSpan {
  readonly id: string
  readonly trace: string
  readonly parent: string | undefined
  readonly kind: number
  readonly name: string
  readonly attributes: Record<string, unknown>
  readonly isError: boolean
  /** The spans that it has links to. */
  readonly links: string[]
  /** Of its start, among all. */
  readonly order: number
  readonly startedAt: number
  readonly endedAt: number
}

export interface Told {
  readonly spans: ToldSpan[]
  /** How many have started and not ended. */
  readonly open: number
  readonly metrics: string[]
}

const inMs = ([seconds, nanos]: [number, number]) => seconds * 1_000 + nanos / 1e6

/** The SDK, as an application starts it, with exporters that keep what they are given. */
export function startSdk(config: BackgrounderInstrumentationConfig = {}): {
  report(): Promise<Told>
} {
  let open = 0
  const order = new Map<string, number>()
  const counter = {
    onStart(span: tracing.ReadableSpan) {
      order.set(span.spanContext().spanId, order.size)
      open += 1
    },
    onEnd() {
      open -= 1
    },
    shutdown: async () => {},
    forceFlush: async () => {},
  }
  const exporter = new tracing.InMemorySpanExporter()
  const metricExporter = new metrics.InMemoryMetricExporter(
    metrics.AggregationTemporality.CUMULATIVE,
  )
  const reader = new metrics.PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 3_600_000,
  })
  const sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [counter as never, new tracing.SimpleSpanProcessor(exporter)],
    metricReaders: [reader],
    logRecordProcessors: [],
    instrumentations: [
      new HttpInstrumentation(),
      new UndiciInstrumentation(),
      new BackgrounderInstrumentation(config),
    ],
  })
  sdk.start()
  return {
    async report() {
      await reader.forceFlush()
      const [told] = metricExporter.getMetrics().slice(-1)
      const names = told?.scopeMetrics
        .filter(({ scope }) => scope.name === '@backgrounder/otel')
        .flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name))
      return {
        spans: exporter.getFinishedSpans().map((span) => tell(span, order)),
        open,
        metrics: names ?? [],
      }
    },
  }
}

function tell(span: tracing.ReadableSpan, order: Map<string, number>): ToldSpan {
  const { spanId, traceId } = span.spanContext()
  return {
    id: spanId,
    trace: traceId,
    parent: span.parentSpanContext?.spanId,
    kind: span.kind,
    name: span.name,
    attributes: span.attributes,
    isError: span.status.code === 2,
    links: span.links.map(({ context }) => context.spanId),
    order: order.get(spanId) ?? -1,
    startedAt: inMs(span.startTime),
    endedAt: inMs(span.endTime),
  }
}
