import { AsyncResource } from 'node:async_hooks'

/**
 * An async context that belongs to no request. A timer and a promise keep the context in which
 * they were made, and lend it to all that follows from them: what serves every request is made here.
 */
export const rootScope: AsyncResource = new AsyncResource('Backgrounder')
