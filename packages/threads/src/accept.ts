import { typeOf } from '@backgrounder/core/elsewhere'
import { buffersIn, revive } from './buffers.js'
import { gone, isMoved } from './move.js'
import { losesItsClass, objectsIn, valueAt } from './objects-in.js'
import { plainCopy } from './plain-copy.js'

/**
 * A copy of the arguments as they are now: what is changed later does not change the task.
 *
 * @throws TypeError with the path of what cannot be cloned.
 */
export function accept(args: unknown[]): unknown[] {
  if (args.every(isPrimitive)) return args
  const copy = plainCopy(args)
  if (copy) return copy
  const copies = clone(args.map((arg) => (isMoved(arg) ? undefined : ownBytes(arg))))
  return args.map((arg, index) => (isMoved(arg) ? arg : copies[index]))
}

function clone(args: unknown[]): unknown[] {
  checkClasses(args)
  try {
    const copy = structuredClone({ args, buffers: buffersIn(args) })
    revive(copy.buffers)
    return copy.args
  } catch (error) {
    throw notClonable(args, error)
  }
}

/** A clone of a part of an ArrayBuffer, as small Buffers are, is a clone of all of it. */
function ownBytes(arg: unknown): unknown {
  if (!Buffer.isBuffer(arg) || arg.byteLength === arg.buffer.byteLength) return arg
  const bytes = new Uint8Array(arg)
  revive([bytes])
  return bytes
}

/** @throws TypeError with the path of what would lose its class without a word. */
export function checkClasses(args: readonly unknown[]): void {
  // What is moved is not cloned. To clone a MessagePort that has gone ends the process, by a fault of
  // Node.js.
  const cloned = args.map((arg) => (isMoved(arg) ? undefined : arg))
  if ([...objectsIn(cloned)].some(losesItsClass)) throw notClonable(cloned)
}

function isPrimitive(value: unknown): boolean {
  if (value === null) return true
  return typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol'
}

/** What is said of arguments that structuredClone has refused. */
export function notClonable(args: readonly unknown[], cause?: unknown): TypeError {
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
  if (losesItsClass(value as object)) return refused(value, path, plain)
  for (const [key, inner] of partsOf(value as object)) {
    const found = culprit(inner, `${path}${key}`, seen)
    if (found) return found
  }
  try {
    structuredClone(value)
    return undefined
  } catch {
    return refused(value, path, mend)
  }
}

function refused(value: unknown, path: string, mend: string): string {
  const type = typeOf(value)
  return `${path} is ${/^[aeio]/i.test(type) ? 'an' : 'a'} ${type}: ${mends[type] ?? mend}`
}

const mends: Partial<Record<string, string>> = { URL: 'pass value.href' }
const plain = 'a clone of it loses its class, pass a plain object, such as { ...value }'
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
