import { types } from 'node:util'

/** Every object in the values, each once, as structuredClone comes to them; in any depth. */
export function objectsIn(values: readonly unknown[]): Set<object> {
  const found = new Set<object>()
  for (const value of values) add(value)
  // What is added meanwhile has its turn too.
  for (const object of found) for (const inner of innerOf(object)) add(inner)
  return found

  function add(value: unknown): void {
    if (typeof value === 'object' && value !== null) found.add(value)
  }
}

function innerOf(object: object): Iterable<unknown> {
  if (types.isMap(object)) return [...object].flat()
  if (types.isSet(object)) return object
  if (isBytes(object)) return []
  return Object.keys(object).map((key) => valueAt(object, key))
}

/** Of a property whose getter throws it is structuredClone that tells. */
export function valueAt(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}

/** A clone of such an object, and one of its class alone, is a plain one: what it was is lost. */
export function losesItsClass(object: object): boolean {
  if (isPlain(object) || isKnown(object)) return false
  try {
    return isPlain(structuredClone(object))
  } catch {
    return false // that is told by its own error
  }
}

// An object of another realm, such as a test runner's, has another Object.prototype.
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isKnown(object: object): boolean {
  if (Array.isArray(object) || isBytes(object) || types.isMap(object) || types.isSet(object)) {
    return true
  }
  return types.isDate(object) || types.isRegExp(object) || types.isNativeError(object)
}

function isBytes(object: object): boolean {
  return ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object)
}
