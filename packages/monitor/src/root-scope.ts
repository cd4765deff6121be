import { AsyncResource } from 'node:async_hooks'

/** An async context that belongs to no request: what serves all pages runs in it, whoever opened the first. */
export const rootScope: AsyncResource = new AsyncResource('BackgrounderMonitor')

/** Calls back after some ms, in no request's context; does not keep the process alive. */
export function startTimer(callback: () => void, ms: number): NodeJS.Timeout {
  return rootScope.runInAsyncScope(setTimeout, undefined, callback, ms).unref()
}

/** Calls back again and again, as `startTimer` does once. */
export function startInterval(callback: () => void, ms: number): NodeJS.Timeout {
  return rootScope.runInAsyncScope(setInterval, undefined, callback, ms).unref()
}
