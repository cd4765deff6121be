import { inspect, types } from 'node:util'

/** An error, or whatever else was thrown, as a thread can tell it to another. */
export type Described =
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'error'
      readonly name: string
      readonly message: string
      readonly stack: string | undefined
      readonly isDOM: boolean
      /** Its own properties that can be cloned, such as `code`. */
      readonly properties: Readonly<Record<string, unknown>>
      readonly cause: Described | undefined
      /** Of an AggregateError. */
      readonly errors: readonly Described[] | undefined
    }

/** Causes of causes: a circle, or a very long chain, ends here. */
const MOST_LEVELS = 16
/** Errors of errors: a web of them, which may be as wide as it is deep, ends here. */
const MOST_ERRORS = 1_000

/** Never throws, whatever was thrown. */
export function describeError(thrown: unknown): Described {
  return describeInner(thrown, { level: 0, total: { count: 0 } })
}

interface Place {
  readonly level: number
  /** Of all that are described with it. */
  readonly total: { count: number }
}

function describeInner(thrown: unknown, place: Place): Described {
  place.total.count += 1
  try {
    return describe(thrown, place)
  } catch {
    return { kind: 'value', value: new Error('An error that cannot be read') }
  }
}

function describe(thrown: unknown, { level, total }: Place): Described {
  const isError = types.isNativeError(thrown) || thrown instanceof Error
  if (!isError) {
    return { kind: 'value', value: isClonable(thrown) ? thrown : new Error(inspect(thrown)) }
  }
  const inner = { level: level + 1, total }
  const hasRoom = () => level < MOST_LEVELS && total.count < MOST_ERRORS
  const { name, message, stack, cause } = thrown
  const errors: unknown = (thrown as Partial<AggregateError>).errors
  return {
    kind: 'error',
    name: String(name),
    message: String(message),
    stack: typeof stack === 'string' ? stack : undefined,
    isDOM: thrown instanceof DOMException,
    properties: propertiesOf(thrown),
    cause: hasRoom() && cause !== undefined ? describeInner(cause, inner) : undefined,
    errors:
      hasRoom() && Array.isArray(errors)
        ? errors.flatMap((error) => (hasRoom() ? [describeInner(error, inner)] : []))
        : undefined,
  }
}

const special = new Set(['name', 'message', 'stack', 'cause', 'errors', '__proto__'])

function propertiesOf(error: Error): Record<string, unknown> {
  const entries = Object.entries(error).filter(([key, value]) => {
    return !special.has(key) && isClonable(value)
  })
  return Object.fromEntries(entries)
}

export function isClonable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

const classes: Partial<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

/** The error again. Its class is that of the language: recognise one of your own by its `code`. */
export function toError(described: Described): unknown {
  if (described.kind === 'value') return described.value
  const { name, message, stack, isDOM, properties, cause, errors } = described
  if (isDOM) return new DOMException(message, name)
  const options = cause && { cause: toError(cause) }
  const error = errors
    ? new AggregateError(errors.map(toError), message, options)
    : new (classes[name] ?? Error)(message, options)
  for (const [key, value] of Object.entries({ name, stack })) {
    if (value === (error as unknown as Record<string, unknown>)[key]) continue
    Object.defineProperty(error, key, { value, configurable: true, writable: true })
  }
  return Object.assign(error, properties)
}
