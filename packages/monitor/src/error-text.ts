import { printable, printableLines } from './printable.js'

const MOST_CAUSES = 4
const MOST_ERRORS = 5
const MOST = 8_000

/** What a task failed with, as it is shown. */
export interface ErrorText {
  /** `TypeError: no such user`, on one line. */
  readonly title: string
  /** The stack with those of its causes. */
  readonly stack: string
}

/** Never throws, whatever was thrown, and never long: errors are not ours. */
export function errorText(error: unknown): ErrorText {
  try {
    return { title: printable(titleOf(error), 300), stack: printableLines(stackOf(error), MOST) }
  } catch {
    return { title: '(an error that cannot be printed)', stack: '' }
  }
}

function titleOf(error: unknown): string {
  if (!isObject(error)) return `(${error === null ? 'null' : typeof error}) ${plain(error)}`
  const name = text(error, 'name') || 'Error'
  const message = text(error, 'message')
  const code = text(error, 'code')
  const title = message ? `${name}: ${message}` : name
  return code && !title.includes(code) ? `${title} [${code}]` : title
}

/** No longer than it is shown: errors may have themselves among theirs. */
function stackOf(error: unknown, depth = 0, room = MOST): string {
  if (!isObject(error)) return depth === 0 ? '' : titleOf(error)
  let stack = text(error, 'stack') || titleOf(error)
  if (depth >= MOST_CAUSES) return stack
  const errors = read(error, 'errors')
  if (Array.isArray(errors)) {
    for (const inner of errors.slice(0, MOST_ERRORS)) {
      if (stack.length >= room) return stack
      stack += `\n\nwith ${stackOf(inner, depth + 1, room - stack.length)}`
    }
  }
  const cause = read(error, 'cause')
  if (cause === undefined || stack.length >= room) return stack
  return `${stack}\n\ncaused by ${stackOf(cause, depth + 1, room - stack.length)}`
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function plain(value: unknown): string {
  return typeof value === 'function' ? 'function' : String(value)
}

/** A property that may be a getter which throws, and is cut before anything is done with it. */
function text(error: object, key: string): string {
  const value = read(error, key)
  return typeof value === 'string' ? value.slice(0, MOST) : ''
}

function read(error: object, key: string): unknown {
  try {
    return (error as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}
