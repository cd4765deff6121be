import { inspect } from 'node:util'

/**
 * The one form in which a wrong value is refused: what was expected, what came instead with its
 * type, and how to mend it.
 */
export function expected(what: string, toBe: string, value: unknown, mend?: string): TypeError {
  const end = mend ? `. ${mend}` : ''
  return new TypeError(
    `Expected \`${what}\` to be ${toBe}, got \`${show(value)}\` (${typeOf(value)})${end}`,
  )
}

/** A value on one short line; never throws, whatever traps or getters the value has. */
export function show(value: unknown): string {
  try {
    const line = inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 60 })
    return line.length > 80 ? `${line.slice(0, 79)}…` : line
  } catch {
    return '(a value that cannot be printed)'
  }
}

/** The class of a value, or its type; never throws. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  try {
    return value.constructor?.name || 'object'
  } catch {
    return 'object'
  }
}
