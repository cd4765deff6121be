import { AsyncResource } from 'node:async_hooks'

/** An async context that belongs to no request: threads are made in it, and outlive every request. */
export const rootScope: AsyncResource = new AsyncResource('BackgroundThreads')
