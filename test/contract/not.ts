import type { Framework } from './framework.js'

// Why a row cannot be on a framework: one sentence each, for the footnotes of the matrix.

/** The reason why a row cannot be on a framework; undefined where it can. */
export type Not = (framework: Framework) => string | undefined

export const http2Only: Not = ({ isHttp2, family }) => {
  if (isHttp2) return undefined
  return family === 'Express'
    ? 'Express does not speak HTTP/2'
    : 'HTTP/1 has neither streams nor sessions: see the HTTP/2 column'
}

const http1Only =
  (reason: string): Not =>
  ({ isHttp2 }) =>
    isHttp2 ? reason : undefined

export const noPipelining: Not = http1Only('HTTP/2 has no pipelining: its streams do not wait')

export const noUpgrade: Not = http1Only('HTTP/2 has no upgrade')

/** Seen without us too: the answer is there, and then the stream is reset. */
export const notBehindHono2: Not = ({ family, isHttp2 }) =>
  family === 'Hono' && isHttp2
    ? "Hono's server resets an HTTP/2 stream that somebody else has answered, also without us"
    : undefined

export const fastifyOnly =
  (reason: string): Not =>
  ({ family }) =>
    family === 'Fastify' ? undefined : reason

export const notOn =
  (...reasons: [Framework['family'], string][]): Not =>
  ({ family }) =>
    reasons.find(([name]) => name === family)?.[1]
