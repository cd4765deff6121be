import {
  BackgrounderInstrumentation,
  type BackgrounderInstrumentationConfig,
} from '@backgrounder/otel'
import { type Attributes, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { metrics, node, tracing } from '@opentelemetry/sdk-node'
import { onTestFinished } from 'vitest'

type ReadableSpan = tracing.ReadableSpan

/** Counts the spans that are open. */
class OpenSpans {
  readonly names: string[] = []
  onStart(span: { name: string }): void {
    this.names.push(span.name)
  }
  onEnd({ name }: { name: string }): void {
    this.names.splice(this.names.indexOf(name), 1)
  }
  async shutdown(): Promise<void> {}
  async forceFlush(): Promise<void> {}
}

/** The SDK's own reader, which is asked. */
class Reader extends metrics.MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

interface Point {
  readonly attributes: Attributes
  /** Of a histogram: how many there were. */
  readonly value: number
}

/** What was exported, in a process that has the instrumentation until the test has ended. */
export interface Sdk {
  readonly instrumentation: BackgrounderInstrumentation
  readonly tracer: Tracer
  /** In the order of their ends. */
  spans(): ReadableSpan[]
  /** Of the spans that have not ended. */
  open(): string[]
  metric(name: string): Promise<{ unit: string; points: Point[] } | undefined>
  resourceMetrics(): Promise<metrics.ResourceMetrics>
}

const exporter = new tracing.InMemorySpanExporter()
const openSpans = new OpenSpans()
const tracerProvider = new node.NodeTracerProvider({
  spanProcessors: [openSpans as never, new tracing.SimpleSpanProcessor(exporter)],
})
// Also the context manager and the propagator of the process.
tracerProvider.register()

export function startSdk(config?: BackgrounderInstrumentationConfig): Sdk {
  exporter.reset()
  openSpans.names.length = 0
  const reader = new Reader()
  const meterProvider = new metrics.MeterProvider({ readers: [reader] })
  const instrumentation = new BackgrounderInstrumentation(config)
  onTestFinished(
    registerInstrumentations({
      instrumentations: [instrumentation],
      tracerProvider,
      meterProvider,
    }),
  )
  const resourceMetrics = async () => (await reader.collect()).resourceMetrics
  return {
    instrumentation,
    tracer: tracerProvider.getTracer('test'),
    spans: () => exporter.getFinishedSpans(),
    open: () => [...openSpans.names],
    resourceMetrics,
    async metric(name) {
      const { scopeMetrics } = await resourceMetrics()
      const found = scopeMetrics
        .flatMap((scope) => scope.metrics)
        .find(({ descriptor }) => descriptor.name === name)
      if (!found) return undefined
      return {
        unit: found.descriptor.unit,
        points: found.dataPoints.map(({ attributes, value }) => {
          const isNumber = typeof value === 'number'
          return { attributes, value: isNumber ? value : value.count }
        }),
      }
    },
  }
}

const ours = 'backgrounder.task.'

/** What a span says, on one line: its kind, name, attempt, outcome and error. */
export function line(span: ReadableSpan): string {
  const { attributes, kind, name, status, events } = span
  const code = status.code === SpanStatusCode.ERROR ? ` ERROR ${attributes['error.type']}` : ''
  const recorded = events.map(
    (event) => `, ${event.name} ${event.attributes?.['exception.message']}`,
  )
  const attempt = `#${attributes[`${ours}attempt`]} ${attributes[`${ours}outcome`]}`
  return `${SpanKind[kind]} ${name} ${attempt}${code}${recorded.join('')}`
}
