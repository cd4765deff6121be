import { types } from 'node:util'

/** The copies, by each of their arguments. */
const made = new WeakSet<object>()

/** Whether there is nothing in them that such a copy has not: they need not be looked through again. */
export function isPlainCopy(args: readonly unknown[]): boolean {
  return args.every((arg) => typeof arg !== 'object' || arg === null || made.has(arg))
}

/**
 * A copy of arguments that are nothing but plain objects, arrays, dates and primitives, as structuredClone
 * makes it: what most tasks are given, in a fifth of the time. Undefined when anything else is in them.
 */
export function plainCopy(args: readonly unknown[]): unknown[] | undefined {
  try {
    return copyOf(args)
  } catch {
    return undefined // by a getter: structuredClone tells
  }
}

function copyOf(args: readonly unknown[]): unknown[] | undefined {
  const copy: unknown[] = []
  // Each object once: it may stand in several places, and in itself. By a list: in any depth.
  const copies = new Map<object, object>([[args, copy]])
  for (const [object, target] of copies) {
    if (target instanceof Date) continue
    const keys = Object.keys(object)
    if (Array.isArray(object) && keys.length !== object.length) return undefined
    for (const key of keys) {
      const value = (object as Record<string, unknown>)[key]
      if (key === '__proto__' || typeof value === 'function' || typeof value === 'symbol') {
        return undefined
      }
      if (typeof value !== 'object' || value === null) {
        ;(target as Record<string, unknown>)[key] = value
        continue
      }
      const inner = copies.get(value) ?? beginCopy(value)
      if (!inner) return undefined
      copies.set(value, inner)
      ;(target as Record<string, unknown>)[key] = inner
    }
  }
  for (const arg of copy) if (typeof arg === 'object' && arg !== null) made.add(arg)
  return copy
}

/** What its copy is to be filled into; undefined for what is of a class, of this realm or another. */
function beginCopy(object: object): object | undefined {
  if (types.isProxy(object)) return undefined
  const prototype: unknown = Object.getPrototypeOf(object)
  if (prototype === Object.prototype) return {}
  if (prototype === Array.prototype && Array.isArray(object)) return []
  if (prototype === Date.prototype && types.isDate(object)) return new Date(object)
  return undefined
}
