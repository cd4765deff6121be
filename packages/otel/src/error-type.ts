/** What OpenTelemetry has for an error that has no type. */
const OTHER = '_OTHER'

/** A code or a class, and no text: it is an attribute of metrics. Never throws. */
export function errorType(error: unknown): string {
  try {
    const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
    if (typeof code === 'string' && isShort(code)) return code
    if (typeof name === 'string' && isShort(name)) return name
    return typeof error === 'object' || typeof error === 'function' ? OTHER : typeof error
  } catch {
    return OTHER // a hostile Proxy
  }
}

function isShort(text: string): boolean {
  return text.length > 0 && text.length <= 100
}

/** What is recorded of anything that was thrown. Never throws. */
export function toException(error: unknown): { name: string; message: string; stack?: string } {
  try {
    const { message, stack } = (error ?? {}) as Partial<Error>
    return {
      name: errorType(error),
      message: typeof message === 'string' ? message : String(error),
      ...(typeof stack === 'string' && { stack }),
    }
  } catch {
    return { name: OTHER, message: '(an error that cannot be printed)' }
  }
}
