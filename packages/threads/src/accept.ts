import { typeOf } from '@backgrounder/core/elsewhere'
import { gone, isMoved } from './move.js'

/**
 * A copy of the arguments as they are now: what is changed later does not change the task.
 *
 * @throws TypeError with the path of what cannot be cloned.
 */
export function accept(args: unknown[]): unknown[] {
  if (args.every(isPrimitive)) return args
  const copies = clone(args.map((arg) => (isMoved(arg) ? undefined : arg)))
  return args.map((arg, index) => {
    if (isMoved(arg)) return arg
    return Buffer.isBuffer(arg) ? toBuffer(copies[index] as Uint8Array) : copies[index]
  })
}

function clone(args: unknown[]): unknown[] {
  try {
    return structuredClone(args)
  } catch (error) {
    throw notClonable(args, error)
  }
}

export function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

function isPrimitive(value: unknown): boolean {
  if (value === null) return true
  return typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol'
}

/** What is said of arguments that structuredClone has refused. */
export function notClonable(args: readonly unknown[], cause: unknown): TypeError {
  const seen = new Set<unknown>()
  for (const [index, arg] of args.entries()) {
    const path = `args[${index}]`
    const found = isMoved(arg) ? undefined : culprit(arg, path, seen)
    if (found) return new TypeError(found, { cause })
  }
  const moved = args.findIndex(isMoved)
  if (moved >= 0) return new TypeError(`args[${moved}] ${gone}`, { cause })
  return new TypeError('The arguments cannot be cloned for a thread', { cause })
}

function culprit(value: unknown, path: string, seen: Set<unknown>): string | undefined {
  if (isPrimitive(value) || seen.has(value)) return undefined
  seen.add(value)
  if (typeof value === 'function') return `${path} is a function: ${mend}`
  if (typeof value === 'symbol') return `${path} is a symbol: ${mend}`
  if (isMoved(value)) return `${path} is moved: only a whole argument can be, move(${path})`
  for (const [key, inner] of partsOf(value as object)) {
    const found = culprit(inner, `${path}${key}`, seen)
    if (found) return found
  }
  try {
    structuredClone(value)
    return undefined
  } catch {
    const type = typeOf(value)
    return `${path} is ${/^[aeiou]/i.test(type) ? 'an' : 'a'} ${type}: ${mend}`
  }
}

const mend = 'a thread cannot be given it, pass what it needs to know'
const isName = /^[A-Za-z_$][\w$]*$/

/** What structuredClone looks at inside of a value, each with its place. */
function partsOf(value: object): [string, unknown][] {
  if (value instanceof Map) {
    return [...value].flatMap(([key, inner], index): [string, unknown][] => [
      [` (key ${index})`, key],
      [isPrimitive(key) ? `.get(${JSON.stringify(String(key))})` : ` (value ${index})`, inner],
    ])
  }
  if (value instanceof Set) return [...value].map((inner, index) => [` (element ${index})`, inner])
  if (ArrayBuffer.isView(value)) return []
  return Object.keys(value).map((key) => {
    const place = isName.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
    return [Array.isArray(value) ? `[${key}]` : place, valueAt(value, key)]
  })
}

function valueAt(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}
