import type { MessagePort, TransferListItem } from 'node:worker_threads'
import type { RemoteTask } from '@backgrounder/core/elsewhere'
import type { Described } from './described-error.js'

/** What a thread is asked to do. */
export interface Request {
  readonly id: number
  /** Of the board, where the thread writes that it has begun; undefined: it is to say so. */
  readonly place: number | undefined
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
}

/** What has become of it. Errors are described: a clone loses their code, and most of their causes. */
export type Response =
  | { readonly value: unknown; readonly buffers: readonly Uint8Array[] }
  | { readonly error: Described }

/** A thread has begun with a request that it cannot write on the board. */
export interface Begun {
  readonly backgrounder: 'begun'
  readonly id: number
  readonly pool: string
  readonly thread: number
  /** Only with the first: where the thread is given the board, and told to stop what it runs. */
  readonly port: MessagePort | undefined
}

/** The memory of the board. */
export interface GiveBoard {
  readonly board: SharedArrayBuffer
}

/** Whoever waits for this request has no use for it any more. */
export interface Stop {
  readonly id: number
  readonly reason: Described
}

export type Transfer = readonly TransferListItem[]
