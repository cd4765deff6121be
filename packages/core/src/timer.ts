import { rootScope } from './root-scope.js'

/** The longest time that a timer of Node can count, in ms: 24.8 days. */
export const LONGEST_MS: number = 2 ** 31 - 1

/** A time limit as its option gives it: false and Infinity are none. */
export function limitOf(ms: number | false): number {
  return ms === false ? Infinity : ms
}

/**
 * Calls back after some ms, outside of any request's async context, and does not keep the process
 * alive; no timer at all for a time that is too long to count.
 */
export function startTimer(callback: () => void, ms: number): NodeJS.Timeout | undefined {
  if (ms > LONGEST_MS) return undefined
  return rootScope.runInAsyncScope(setTimeout, undefined, callback, ms).unref()
}

/** The same once what has come until then is read: whoever was blocked must not judge before. */
export function startPatientTimer(callback: () => void, ms: number): NodeJS.Timeout | undefined {
  return startTimer(() => setImmediate(callback), ms)
}

/** Keeps the process alive until the function that it returns is called. */
export function keepAlive(): () => void {
  const timer = rootScope.runInAsyncScope(setInterval, undefined, () => {}, LONGEST_MS)
  return () => clearInterval(timer)
}
