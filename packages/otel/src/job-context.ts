import { type Context, context, propagation, ROOT_CONTEXT } from '@opentelemetry/api'

/** Less than the 8,192 bytes of a job's headers: other observers may add some. */
const MOST_BYTES = 4_096

/** Writes what ties a job to the span that is active, into its headers. */
export function inject(headers: Record<string, string>): void {
  let left = MOST_BYTES
  propagation.inject(context.active(), headers, {
    set(carrier, key, value: unknown) {
      // A client's own baggage may stand in it: what does not fit must not be an error of `enqueue`.
      if (typeof value !== 'string' || isUnfit.test(value)) return
      const bytes = Buffer.byteLength(key) + Buffer.byteLength(value)
      if (bytes > left) return
      left -= bytes
      carrier[key] = value
    },
  })
}

// A store does not take these.
const isUnfit = /[\0\p{Surrogate}]/u

/**
 * The context that a job was enqueued in. What happens to be active where it is delivered is of
 * whoever started the worker.
 */
export function extract(headers: Readonly<Record<string, string>> | undefined): Context {
  return headers ? propagation.extract(ROOT_CONTEXT, headers) : ROOT_CONTEXT
}
