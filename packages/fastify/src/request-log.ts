import { inspect } from 'node:util'
import { detailsOf, type RequestInfo, type RunnerOptions } from '@backgrounder/core'
import * as http from '@backgrounder/http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

/** What a collector asks of Fastify's requests, and where their failures are logged. */
export interface Reporting {
  readonly responses: http.AppResponses
  /** The part of the runner's options that the app has not given. */
  readonly defaults: RunnerOptions
}

/**
 * Failures go to the log of the request that caused them, with its id and its level, and what no request
 * has caused to that of the app. An app without a logger has the report on the console.
 */
export function reporting(app: FastifyInstance, own: http.AppOptions): Reporting {
  const { log } = app
  // Also what is wrong was given, and is refused with the rest.
  if (own.runner !== undefined || own.logger !== undefined || isSilent(log)) {
    return { responses: new http.AppResponses(), defaults: {} }
  }
  if (own.onError !== undefined) {
    return { responses: new http.AppResponses(), defaults: { logger: log } }
  }
  // As long as a task of it: and of the request, which is large, nothing is kept.
  const logs = new WeakMap<RequestInfo, FastifyBaseLogger>()
  const responses = new http.AppResponses((request) => {
    const info = http.describe(request)
    const { log: own } = request as { readonly log?: FastifyBaseLogger }
    if (own) logs.set(info, own)
    return info
  })
  const onError: RunnerOptions['onError'] = (error, run) => {
    const err = toObject(error)
    const { id, name, attempt, state, request } = run
    const addedAt = detailsOf(run)?.addedAt
    const fields = { err, task: name, taskId: id, attempt, ...(addedAt && { addedAt }) }
    const what = state === 'timedOut' ? 'task timed out' : 'task failed'
    const own = request && logs.get(request)
    ;(own ?? log).error(fields, what)
  }
  return { responses, defaults: { logger: log, onError } }
}

/**
 * Of one shape, whatever was thrown: a serializer of the app may ask it for its message, pino has no field
 * for a symbol, a function or undefined, and a store of logs refuses what is now a text, now an object.
 */
function toObject(thrown: unknown): object {
  if (typeof thrown === 'object' && thrown !== null) return thrown
  const message =
    typeof thrown === 'string' ? thrown : inspect(thrown, { depth: 0, customInspect: false })
  const error = new Error(message)
  // Its stack would be ours, and say nothing of where it was thrown.
  error.stack = `Error: ${message}`
  return error
}

/** What Fastify has where it was given no logger: one function for all, and no level. */
function isSilent(log: FastifyBaseLogger): boolean {
  return log.level === undefined && log.error === log.trace
}
