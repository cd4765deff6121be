import { MessagePort, type TransferListItem } from 'node:worker_threads'
import { PermanentError } from '@backgrounder/core'
import { show, typeOf } from '@backgrounder/core/elsewhere'

/** What can be moved to a thread: it is copied nowhere, and of no use here afterwards. */
export type Movable = ArrayBuffer | ArrayBufferView | MessagePort

/** A value that is moved and not copied. */
class Moved {
  readonly value: Movable
  /** Inside of another argument it would be cloned without a word, but for this. */
  readonly unclonable: symbol = Symbol('moved')

  constructor(value: Movable) {
    this.value = value
  }
}

/**
 * Moves an argument to the thread instead of copying it: a buffer of many megabytes, or a MessagePort,
 * which cannot be copied. It must be a whole argument. It is moved when the thread is given it, so leave
 * it alone from the call on. As long as another attempt may follow, a buffer is copied all the same;
 * a part of a larger ArrayBuffer, as small Buffers are, is always.
 *
 * @throws TypeError when it cannot be moved.
 * @example
 * ```ts
 * tasks.addTask(brighten, move(pixels))
 * ```
 */
export function move<T extends Movable>(value: T): T {
  if (!isMovable(value)) {
    throw new TypeError(
      `Expected the argument of move to be an ArrayBuffer, a view of one or a MessagePort, ` +
        `got \`${show(value)}\` (${typeOf(value)})`,
    )
  }
  if (isGone(value)) throw new TypeError(`The argument of move ${gone}`)
  return new Moved(value) as unknown as T
}

/** What is said of a value that is no longer here. */
export const gone = 'has been moved already: move it once'

/** Older versions of Node.js pass an empty one without a word, and have no `detached`. */
function isGone(value: Movable): boolean {
  if (value instanceof MessagePort) return false
  try {
    new Uint8Array(ArrayBuffer.isView(value) ? value.buffer : value)
    return false
  } catch {
    return true
  }
}

function isMovable(value: unknown): value is Movable {
  if (ArrayBuffer.isView(value)) return !(value.buffer instanceof SharedArrayBuffer)
  return value instanceof ArrayBuffer || value instanceof MessagePort
}

export function isMoved(value: unknown): boolean {
  return value instanceof Moved
}

/** The arguments as they are posted, and which of them move. */
export function unwrap(
  args: readonly unknown[],
  mayRetry: boolean,
): { args: unknown[]; transfer: TransferListItem[] } {
  const transfer = new Set<TransferListItem>()
  const values = args.map((arg, index) => {
    if (!(arg instanceof Moved)) return arg
    const { value } = arg
    if (isGone(value)) throw new PermanentError(`args[${index}] ${gone}`)
    const buffer = ArrayBuffer.isView(value) ? value.buffer : value
    if (ArrayBuffer.isView(value) && value.byteLength < value.buffer.byteLength) return value
    if (!mayRetry) transfer.add(buffer as TransferListItem)
    else if (!(buffer instanceof ArrayBuffer)) {
      throw new PermanentError(
        `A ${typeOf(value)} can be moved once, and the task may be tried again: set retries to 0`,
      )
    }
    return value
  })
  return { args: values, transfer: [...transfer] }
}
