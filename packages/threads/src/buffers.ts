import { objectsIn } from './objects-in.js'

/**
 * The Buffers in the values. A clone of one is a Uint8Array: a message that lists them beside what they
 * stand in says which.
 */
export function buffersIn(values: readonly unknown[]): Buffer[] {
  return [...objectsIn(values)].filter((object) => Buffer.isBuffer(object))
}

/** Makes Buffers of them again, in whatever they stand. */
export function revive(buffers: readonly Uint8Array[]): void {
  for (const buffer of buffers) Object.setPrototypeOf(buffer, Buffer.prototype)
}
