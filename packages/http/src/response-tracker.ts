import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { Outcome, ResponseObserver } from '@backgrounder/core'

/** A response of node:http, or of the compatibility API of node:http2. */
export type Response = ServerResponse | Http2ServerResponse

/**
 * Tells the observer once how the response ended: when its last byte was handed to the operating
 * system, or its connection was lost. When it is over already, returns that instead.
 */
export function trackResponse(res: Response, observer: ResponseObserver): Outcome | undefined {
  const sent = wasSent(res)
  if (sent !== undefined) return outcome(res, sent)
  const tracked = res as Tracked
  tracked[observerOf] = observer
  // Before Node's own listener: that one may hand the connection to the next answer, which ends it.
  tracked.prependListener('finish', onFinish)
  tracked.on('close', onClose)
  if (isQueued(res)) join(res.req.socket, tracked)
  return undefined
}

/** Settles a tracked response that nothing else will: not sent. */
export function loseResponse(res: Response): void {
  settle(res as Tracked, false)
}

const observerOf = Symbol('backgrounder.observer')

type Tracked = ServerResponse & { [observerOf]?: ResponseObserver | undefined }

// One function for all responses, which finds its observer on the response: no closure for each.
function onFinish(this: Tracked): void {
  settle(this, isHttp2(this) ? wasStreamSent(this) : isWhole(this))
}

function onClose(this: Tracked): void {
  settle(this, false)
}

function settle(res: Tracked, sent: boolean): void {
  const observer = res[observerOf]
  if (!observer) return
  res[observerOf] = undefined
  res.off('finish', onFinish)
  res.off('close', onClose)
  leave(res.req.socket, res)
  observer.responseOver(outcome(res, sent))
}

function outcome(res: Response, sent: boolean): Outcome {
  // An answer that is still queued has its headers, but none of them went out.
  const status = res.headersSent && !isQueued(res) ? res.statusCode : undefined
  return Object.freeze({ sent, status })
}

/** Whether all of it was handed to the operating system; undefined while it is not over. */
function wasSent(res: Response): boolean | undefined {
  if (isHttp2(res)) {
    return res.stream.closed || res.stream.destroyed ? wasStreamSent(res) : undefined
  }
  const { socket } = res.req
  // Node takes the socket off a response that has finished, and off no other. Its connection may
  // have closed since.
  if (res.writableFinished && !res.socket) return !socket.errored
  if (res.closed) return false
  // Nothing tells a queued answer that its connection is gone: no event is still to come.
  if (isQueued(res) && socket.destroyed) return false
  return undefined
}

// `finish` is also emitted when the connection is lost with the body half written.
function isWhole(res: ServerResponse): boolean {
  const { socket } = res.req
  return res.writableEnded && !socket.errored && !socket.destroyed
}

// On HTTP/2 `finish` comes when the stream closes, also when the client has reset it.
function wasStreamSent({ stream }: Http2ServerResponse): boolean {
  return stream.writableFinished && !stream.aborted && stream.rstCode === 0
}

/** The version alone is no proof: an app may write it, to have its HTTP/1 answered in another way. */
export function isHttp2(res: Response): res is Http2ServerResponse {
  return res.req.httpVersionMajor === 2 && 'stream' in res
}

/** On a pipelined connection a response has no socket until the one before it has ended. */
function isQueued(res: Response): boolean {
  return !isHttp2(res) && !res.socket && !res.writableFinished
}

// Queued responses hear nothing when their connection dies, so they ask the connection itself: one
// listener on it for all of them.
const queues = new WeakMap<Socket, Set<Tracked>>()

function join(socket: Socket, res: Tracked): void {
  const queue = queues.get(socket)
  if (queue) {
    queue.add(res)
    return
  }
  queues.set(socket, new Set([res]))
  socket.on('close', onSocketClose)
}

function leave(socket: Socket, res: Tracked): void {
  const queue = queues.get(socket)
  if (!queue?.delete(res) || queue.size > 0) return
  queues.delete(socket)
  socket.off('close', onSocketClose)
}

function onSocketClose(this: Socket): void {
  for (const res of queues.get(this) ?? []) settle(res, false)
}
