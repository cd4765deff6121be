// The rows that the naive adapter fails, each with the reason. CI fails if it ever passes one of
// them, and if it fails another: the list is what the tracker is for, no more and no less.

const late = [
  // The list has been run, and nobody looks at it again.
  'a task added after the client has gone (RST): soon, once, not sent',
  'a task added after the client has gone (FIN): soon, once, not sent',
  'a task added after the response is over: soon, once, in a later macrotask',
]

const untold = [
  // on-finished has no error for an orderly FIN, for destroy() and for a timeout: it says "sent".
  'the client leaves (FIN) while the handler hangs: once, not sent',
  'the client leaves (FIN) during the handler, which answers after all: once, not sent',
  'the client leaves (FIN) an event stream: once, not sent',
  'res.destroy(): once, not sent',
  "the server's timeout: once, not sent",
  'closeAllConnections: once, not sent',
  'closeAllConnections in the middle of the body: once, not sent',
]

const queued = [
  // Nothing fires for an answer that is queued behind another when the connection dies.
  'pipelined, and the connection dies while an answer is queued: once each, not sent',
]

const blocking = [
  // It never lets anybody else have a turn.
  'a task that adds 5,000 at once: all once, in order, the loop stays responsive',
]

const onFinished = [...late, ...untold, ...queued, ...blocking]

const onResponse = [
  ...onFinished,
  // Fastify's onResponse does not run when the client goes away, or does not tell.
  'the client leaves (RST) while the handler hangs: once, not sent',
  'the client leaves (RST) during the handler, which answers after all: once, not sent',
  'the client leaves (RST) in the middle of the body: once, not sent',
  'the client leaves (RST) an event stream: once, not sent',
  'the client leaves (FIN) in the middle of the body: once, not sent',
  'the client leaves in the middle of a file: once, not sent',
  'the source of a stream fails: once, not sent',
]

export const naiveFails: Record<string, readonly string[]> = {
  'node:http': onFinished,
  'Express 4': onFinished,
  'Express 5': onFinished,
  // Its app destroys such a response by hand, which on-finished does not tell from an end.
  'Koa 2': [...onFinished, 'the source of a stream fails: once, not sent'],
  'Koa 3': onFinished,
  'Fastify 4': onResponse,
  'Fastify 5': onResponse,
}
