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
  // A closure and no property: one on Express's response costs 1.5 kB, since its prototype was changed.
  const over = (): void => {
    res.off('finish', over)
    res.off('close', over)
    if (queue) leave(queue, over)
    observer.responseOver(outcome(res, isHttp2(res) ? wasStreamSent(res) : isWhole(res)))
  }
  // Before Node's own listener: that one may hand the connection to the next answer, which ends it.
  res.prependListener('finish', over)
  res.on('close', over)
  const queue = isHttp2(res) || res.socket ? undefined : join(res.req.socket, over)
  return undefined
}

/** How a response ended that is over. */
export function outcome(res: Response, sent: boolean): Outcome {
  const made = sent ? whole : broken
  const status = sent || wereHeadersSent(res) ? res.statusCode : undefined
  made[status ?? 0] ??= Object.freeze({ sent, status })
  return made[status ?? 0] as Outcome
}

// There are no more outcomes than status codes: each is made once.
const whole: Outcome[] = []
const broken: Outcome[] = []

// An answer that is still queued has its headers, but none of them went out.
function wereHeadersSent(res: Response): boolean {
  return res.headersSent && (isHttp2(res) || !isQueued(res))
}

/** Whether all of it was handed to the operating system; undefined while it is not over. */
function wasSent(res: Response): boolean | undefined {
  if (isHttp2(res)) {
    return res.stream.closed || res.stream.destroyed ? wasStreamSent(res) : undefined
  }
  // First what is nearly always so: on Express each look at the response takes a while.
  if (res.socket && !res.socket.destroyed) return undefined
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
  return !socket.errored && !socket.destroyed && res.writableEnded
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
function isQueued(res: ServerResponse): boolean {
  return !res.socket && !res.writableFinished
}

/** The queued responses of one connection, each by what is to be called when the connection dies. */
interface Queue {
  readonly socket: Socket
  readonly waiting: Set<() => void>
}

// Queued responses hear nothing when their connection dies, so they ask the connection itself: one
// listener on it for all of them.
const queues = new WeakMap<Socket, Queue>()

function join(socket: Socket, over: () => void): Queue {
  let queue = queues.get(socket)
  if (!queue) {
    queue = { socket, waiting: new Set() }
    queues.set(socket, queue)
    socket.on('close', onSocketClose)
  }
  queue.waiting.add(over)
  return queue
}

function leave({ socket, waiting }: Queue, over: () => void): void {
  if (!waiting.delete(over) || waiting.size > 0) return
  queues.delete(socket)
  socket.off('close', onSocketClose)
}

function onSocketClose(this: Socket): void {
  for (const over of queues.get(this)?.waiting ?? []) over()
}
