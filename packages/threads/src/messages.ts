import type { MessagePort, TransferListItem } from 'node:worker_threads'
import type { RemoteTask } from '@backgrounder/core/elsewhere'
import type { Described } from './described-error.js'

/** What a thread is asked to do. */
export interface Request {
  readonly id: number
  /** Whose threads these are: a pool may be shared with others. */
  readonly pool: string
  /** The module, as a URL. */
  readonly file: string
  readonly name: string
  readonly args: readonly unknown[]
  /** What in these was a Buffer: a clone of one is a Uint8Array. */
  readonly buffers: readonly Uint8Array[]
  /** What `currentTask()` is to be; undefined for a call outside of any. */
  readonly task: RemoteTask | undefined
  /** Where tsx is, if the thread has to load TypeScript by it. */
  readonly tsx: string | undefined
  /** Whether somebody is given what the function returns. */
  readonly wantsResult: boolean
  /** Whether it is to say that it has begun; the first of a pool's is told of in any case. */
  wantsBegun: boolean
}

/** What has become of it. Errors are described: a clone loses their code, and most of their causes. */
export type Response =
  | { readonly value: unknown; readonly buffers: readonly Uint8Array[] }
  | { readonly error: Described }

/** A thread has begun with a request. */
export interface Begun {
  readonly backgrounder: 'begun'
  readonly id: number
  readonly pool: string
  readonly thread: number
  /** Only with the first: where the thread is told to stop what it runs. */
  readonly port: MessagePort | undefined
}

/** Whoever waits for this request has no use for it any more. */
export interface Stop {
  readonly id: number
  readonly reason: Described
}

export type Transfer = readonly TransferListItem[]
