import { typeOf } from './expected.js'

/**
 * Refuses what JSON would change without a word, or a store would not take: what is enqueued is what
 * the worker gets.
 *
 * @throws TypeError with the path of the value, and how to mend it.
 */
export function checkJson(args: readonly unknown[]): void {
  for (const [index, arg] of args.entries()) check(arg, `args[${index}]`, new Set())
}

/** Deeper, and the stack of whoever reads it may not do. */
const MOST_LEVELS = 100

function check(value: unknown, path: string, around: Set<unknown>): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string') checkText(value, path)
  else if (typeof value === 'number') checkNumber(value, path)
  else if (typeof value !== 'object') throw refused(path, value)
  else if (around.has(value)) {
    throw new TypeError(`${path} is a part of itself: pass a value without the circle`)
  } else if (around.size === MOST_LEVELS) {
    const start = path.length > 60 ? `${path.slice(0, 60)}…` : path
    throw new TypeError(
      `${start} is nested deeper than ${MOST_LEVELS} levels: pass JSON.stringify(value)`,
    )
  } else {
    around.add(value)
    if (Array.isArray(value)) checkArray(value, path, around)
    else checkObject(value, path, around)
    around.delete(value)
  }
}

function checkArray(value: readonly unknown[], path: string, around: Set<unknown>): void {
  if (!isPlainArray(value) || 'toJSON' in value) throw refused(path, value)
  // By index: a hole is undefined too.
  for (let index = 0; index < value.length; index += 1) {
    check(value[index], `${path}[${index}]`, around)
  }
  if (Object.keys(value).length > value.length) {
    throw new TypeError(`${path} is an array with properties, which JSON loses: pass [...value]`)
  }
}

function checkObject(value: object, path: string, around: Set<unknown>): void {
  if (!isPlain(value) || 'toJSON' in value) throw refused(path, value)
  const [symbol] = Object.getOwnPropertySymbols(value)
  if (symbol) throw new TypeError(`${path} has a symbol for a key: JSON has only strings`)
  for (const [key, inner] of Object.entries(value)) {
    checkText(key, `a key of ${path}`)
    check(inner, isName.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`, around)
  }
}

// An object of another realm, such as a test runner's, has another Object.prototype.
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isPlainArray(value: readonly unknown[]): boolean {
  return isPlain(Object.getPrototypeOf(value))
}

function checkNumber(value: number, path: string): void {
  if (Number.isFinite(value)) return
  throw new TypeError(`${path} is ${value}: JSON has no such number, pass null or a string`)
}

// PostgreSQL refuses both, and Redis one of them: they would be an error of the store.
export function checkText(value: string, path: string): void {
  if (value.includes('\0')) {
    throw new TypeError(`${path} has a NUL character: remove it, or pass base64`)
  }
  if (loneSurrogate.test(value)) {
    throw new TypeError(`${path} has half of a surrogate pair: pass value.toWellFormed()`)
  }
}

const loneSurrogate = /\p{Surrogate}/u
const isName = /^[A-Za-z_$][\w$]*$/

function refused(path: string, value: unknown): TypeError {
  const type = typeOf(value)
  const mend = mends[type] ?? (typeof value === 'object' ? plain : 'it is lost in JSON')
  const article = /^[aeio]/i.test(type) ? 'an' : 'a'
  return new TypeError(`${path} is ${type === 'undefined' ? type : `${article} ${type}`}: ${mend}`)
}

const plain = 'JSON loses its class, pass a plain object, such as { ...value }'

const mends: Partial<Record<string, string>> = {
  undefined: 'leave it out or pass null',
  bigint: 'pass String(value)',
  function: 'a worker is another process, pass what it needs to know',
  Date: 'pass toISOString()',
  Map: 'pass [...value]',
  Set: 'pass [...value]',
  Buffer: "pass toString('base64')",
  Uint8Array: "pass Buffer.from(value).toString('base64')",
  URL: 'pass value.href',
  Error: 'pass its message',
}
