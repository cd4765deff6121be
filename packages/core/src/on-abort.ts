/** Those who follow one signal: one listener for all, since to add one Node looks at all there are. */
class Followers {
  readonly callbacks = new Set<() => void>()
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#tell)
  }

  leave(callback: () => void): void {
    if (!this.callbacks.delete(callback) || this.callbacks.size > 0) return
    this.#signal.removeEventListener('abort', this.#tell)
    followersOf.delete(this.#signal)
  }

  readonly #tell = (): void => {
    for (const callback of this.callbacks) callback()
  }
}

const followersOf = new WeakMap<AbortSignal, Followers>()

/**
 * Calls back when the signal is aborted; the callback must not throw. Returns what ends that: a
 * signal may live for long.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let followers = followersOf.get(signal)
  if (!followers) {
    followers = new Followers(signal)
    followersOf.set(signal, followers)
  }
  followers.callbacks.add(callback)
  return () => followers.leave(callback)
}
