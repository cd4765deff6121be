import { detailsOf, type TaskRun } from '@backgrounder/core'
import type { MonitorOptions } from './options.js'
import { printable } from './printable.js'
import { describeRequest } from './request-text.js'

const MOST_ARGS = 500

/** A task, as it is shown. */
export interface RunRow {
  /** Its own. The id is not: a job that is delivered again has the same, and so may another engine's. */
  readonly key: string
  readonly id: string
  readonly runner: string
  readonly name: string
  readonly state: TaskRun['state']
  readonly attempt: number
  /** In ms since 1970. */
  readonly acceptedAt: number
  /** It is out of time, and has not ended. */
  readonly isOverdue: boolean
  readonly request: string
  readonly addedAt: string
  /** Undefined: not to be shown, or not known any more. */
  readonly args: string | undefined
  /** How long its last attempt took, once it is settled. */
  readonly ms: number | undefined
}

export function makeRow(
  key: string,
  run: TaskRun,
  runner: string,
  format: MonitorOptions['formatArgs'],
): RunRow {
  const details = detailsOf(run)
  const args = isSettled(run) ? undefined : formatArgs(format, details?.args ?? [], run.name)
  return {
    key,
    id: printable(run.id),
    runner,
    name: printable(run.name),
    state: run.state,
    attempt: run.attempt,
    acceptedAt: run.acceptedAt,
    isOverdue: false,
    request: describeRequest(run.request),
    addedAt: printable(details?.addedAt),
    args,
    ms: undefined,
  }
}

export function isSettled({ state }: TaskRun): boolean {
  return state !== 'running' && state !== 'ready' && state !== 'delayed' && state !== 'waiting'
}

/** The text of arguments, by a function that is not ours. */
export function formatArgs(
  format: MonitorOptions['formatArgs'],
  args: readonly unknown[],
  name: string,
): string | undefined {
  if (!format) return undefined
  try {
    const text: unknown = format(args, name)
    if (typeof text === 'string') return printable(text, MOST_ARGS)
    if (typeof (text as PromiseLike<unknown> | undefined)?.then !== 'function') {
      return '(formatArgs gave no string)'
    }
    Promise.resolve(text).catch(() => {}) // what it comes to is nobody's
    return '(formatArgs gave a promise)'
  } catch {
    return '(formatArgs failed)'
  }
}
