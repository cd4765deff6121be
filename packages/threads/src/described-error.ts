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

/** Never throws, whatever was thrown. */
export function describeError(thrown: unknown, level = 0): Described {
  try {
    return describe(thrown, level)
  } catch {
    return { kind: 'value', value: new Error('An error that cannot be read') }
  }
}

function describe(thrown: unknown, level: number): Described {
  const isError = types.isNativeError(thrown) || thrown instanceof Error
  if (!isError) {
    return { kind: 'value', value: isClonable(thrown) ? thrown : new Error(inspect(thrown)) }
  }
  const inner = level < MOST_LEVELS
  const { name, message, stack, cause } = thrown
  const errors: unknown = (thrown as Partial<AggregateError>).errors
  return {
    kind: 'error',
    name: String(name),
    message: String(message),
    stack: typeof stack === 'string' ? stack : undefined,
    isDOM: thrown instanceof DOMException,
    properties: propertiesOf(thrown),
    cause: inner && cause !== undefined ? describeError(cause, level + 1) : undefined,
    errors:
      inner && Array.isArray(errors)
        ? errors.map((error) => describeError(error, level + 1))
        : undefined,
  }
}

const special = new Set(['name', 'message', 'stack', 'cause', 'errors'])

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
