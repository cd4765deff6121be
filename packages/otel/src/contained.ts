import { diag } from '@opentelemetry/api'

const log = diag.createComponentLogger({ namespace: '@backgrounder/otel' })

/**
 * Calls what is of an SDK. What it throws would be an uncaught exception in a subscriber of a channel:
 * it is told to `diag`, as OpenTelemetry's own errors are, and the task goes on.
 */
export function contained<T>(what: string, func: () => T): T | undefined {
  try {
    return func()
  } catch (error) {
    log.error(`${what} has thrown`, error)
    return undefined
  }
}
