import {
  type Meter,
  type MeterProvider,
  metrics,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import { type BackgrounderInstrumentationConfig, checkConfig, type FilledConfig } from './config.js'
import { Observer } from './observer.js'
import { TaskMetrics } from './task-metrics.js'
import { VERSION } from './version.js'

const NAME = '@backgrounder/otel'

/**
 * OpenTelemetry for background tasks: a span `process <name>` for each attempt of a task, in the trace
 * of the request that added it, and metrics. It goes among the `instrumentations` of `NodeSDK` and of
 * `registerInstrumentations`, patches no module, and may be made before or after anything else.
 *
 * @example
 * ```ts
 * const sdk = new NodeSDK({
 *   instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation(), new BackgrounderInstrumentation()],
 * })
 * sdk.start()
 * ```
 */
export class BackgrounderInstrumentation {
  readonly instrumentationName: string = NAME
  readonly instrumentationVersion: string = VERSION
  #config: FilledConfig
  #tracer: Tracer = trace.getTracer(NAME, VERSION)
  #meter: Meter = metrics.getMeter(NAME, VERSION)
  #metrics: TaskMetrics | undefined
  #observer: Observer | undefined

  /** @throws TypeError for an unknown option or a wrong value. */
  constructor(config: BackgrounderInstrumentationConfig = {}) {
    this.#config = checkConfig(config)
    if (this.#config.enabled) this.enable()
  }

  /** Listens to all runners of the process. Once is enough. */
  enable(): void {
    if (this.#observer) return
    const target = {
      tracer: () => this.#tracer,
      metrics: () => this.#metrics as TaskMetrics,
      config: () => this.#config,
    }
    this.#observer = new Observer(target)
    this.#measure()
    this.#observer.start()
  }

  /** Listens to nothing. What runs goes on; its span ends now. */
  disable(): void {
    this.#observer?.stop()
    this.#observer = undefined
    this.#metrics?.end()
    this.#metrics = undefined
  }

  /** Where spans go from now on. */
  setTracerProvider(provider: TracerProvider): void {
    this.#tracer = provider.getTracer(NAME, VERSION)
  }

  /** Where metrics go from now on. */
  setMeterProvider(provider: MeterProvider): void {
    this.#meter = provider.getMeter(NAME, VERSION)
    this.#measure()
  }

  /** @throws TypeError for an unknown option or a wrong value. */
  setConfig(config: BackgrounderInstrumentationConfig): void {
    this.#config = checkConfig(config)
  }

  /** The configuration, with the default of `enabled` in. */
  getConfig(): FilledConfig {
    return this.#config
  }

  #measure(): void {
    const observer = this.#observer
    if (!observer) return
    this.#metrics?.end()
    this.#metrics = new TaskMetrics(this.#meter, observer.runners)
  }
}
