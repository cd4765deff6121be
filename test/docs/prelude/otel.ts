// What the examples of OpenTelemetry use and do not make.

export * from '@backgrounder/otel'
export { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
export { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
export { NodeSDK } from '@opentelemetry/sdk-node'
