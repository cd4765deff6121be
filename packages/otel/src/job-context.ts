import { type Context, context, propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import { contained } from './contained.js'

/** Less than the 8,192 bytes of a job's headers: other observers may add some. */
const MOST_BYTES = 4_096

/** What makes the link: it goes first, and not what stands before it in OTEL_PROPAGATORS. */
const FIRST = ['traceparent', 'tracestate']

/** Writes what ties a job to the span that is active, into its headers. */
export function inject(headers: Record<string, string>): void {
  const found = new Map<string, string>()
  contained('A propagator', () => {
    propagation.inject(context.active(), found, {
      set(carrier, key, value: unknown) {
        if (typeof value === 'string' && !isUnfit.test(value)) carrier.set(key, value)
      },
    })
  })
  let left = MOST_BYTES
  for (const key of new Set([...FIRST, ...found.keys()])) {
    const value = found.get(key)
    // A client's own baggage may stand in it: what does not fit must not cost all the others.
    const bytes = value === undefined ? 0 : Buffer.byteLength(key) + Buffer.byteLength(value)
    if (value === undefined || bytes > left) continue
    left -= bytes
    headers[key] = value
  }
}

// A store does not take these.
const isUnfit = /[\0\p{Surrogate}]/u

/**
 * The context that a job was enqueued in. What happens to be active where it is delivered is of
 * whoever started the worker.
 */
export function extract(headers: Readonly<Record<string, string>> | undefined): Context {
  if (!headers) return ROOT_CONTEXT
  const found = contained('A propagator', () => propagation.extract(ROOT_CONTEXT, headers))
  return found ?? ROOT_CONTEXT
}
