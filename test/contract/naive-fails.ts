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
  'closeAllConnections (each session destroyed): once, not sent',
  'closeAllConnections (each session destroyed) in the middle of the body: once, not sent',
]

const queued = [
  // Nothing fires for an answer that is queued behind another when the connection dies.
  'pipelined, and the connection dies while an answer is queued: once each, not sent',
  ...['RST', 'FIN'].flatMap((way) =>
    ['read', 'not read'].map(
      (body) =>
        `pipelined with its body ${body}, and the client leaves (${way}) while its answer is queued: once, not sent`,
    ),
  ),
]

const takenOver = [
  'a response taken over from the framework whose client leaves: once, not sent',
  'a response taken over and destroyed: once, not sent',
  // The list has been run before the last one is added.
  'an answer that ends before its middleware does: tasks are added after it and run once each',
]

const upgraded = [
  // A response that was never written on is no finished one to on-finished.
  'the tasks of a websocket route run when its socket closes: once, not sent',
]

const blocking = [
  // It never lets anybody else have a turn.
  'a task that adds 5,000 at once: all once, in order, the loop stays responsive',
]

const contexts = [
  // The list is run in the context of whoever made it, and not of whoever added the task.
  'the AsyncLocalStorage store of the addTask is the one in the task, also after an await',
]

const streams = [
  // on-finished knows neither a stream's reset nor how a session has ended.
  'the client leaves (FIN) in the middle of the body: once, not sent',
  'HTTP/2, the client resets its stream before the answer: once, not sent',
  'HTTP/2, the client resets its stream, and the handler answers after all: once, not sent',
  'HTTP/2, the client resets its stream in the middle of the body: once, not sent',
  'HTTP/2, the client destroys its session: once, not sent',
]

const unlessFastify = ["the server's timeout: once, not sent"]

const everywhere = [...late, ...untold, ...takenOver, ...blocking, ...contexts]
const http1 = [...everywhere, ...unlessFastify, ...queued, ...upgraded]

const onResponse = [
  // Fastify's onResponse does not run when the client goes away, or does not tell.
  'the client leaves (RST) while the handler hangs: once, not sent',
  'the client leaves (RST) during the handler, which answers after all: once, not sent',
  'the client leaves (RST) in the middle of the body: once, not sent',
  'the client leaves (RST) an event stream: once, not sent',
  'the client leaves (FIN) in the middle of the body: once, not sent',
  'the client leaves in the middle of a file: once, not sent',
  'the source of a stream fails: once, not sent',
]

// onResponse comes while the injected response is not over yet.
const inject = ['inject: once, sent']

// Its app destroys such a response by hand, which on-finished does not tell from an end.
const koa2 = ['the source of a stream fails: once, not sent']

export const naiveFails: Record<string, readonly string[]> = {
  'node:http': http1,
  'node:http2': [...everywhere, ...unlessFastify, ...streams],
  'Express 4': http1,
  'Express 5': http1,
  'Koa 2': [...http1, ...koa2],
  'Koa 3': http1,
  'Koa 2 · HTTP/2': [...everywhere, ...unlessFastify, ...streams, ...koa2],
  'Koa 3 · HTTP/2': [...everywhere, ...unlessFastify, ...streams],
  'Fastify 4': [...http1, ...onResponse, ...inject],
  'Fastify 5': [...http1, ...onResponse, ...inject],
  'Fastify 4 · HTTP/2': [...everywhere, ...streams, ...onResponse],
  'Fastify 5 · HTTP/2': [...everywhere, ...streams, ...onResponse, ...inject],
  'Hono 4': http1,
  'Hono 4 · HTTP/2': [...everywhere, ...unlessFastify, ...streams],
}
