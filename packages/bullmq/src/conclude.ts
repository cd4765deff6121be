import type { Verdict } from '@backgrounder/core'
import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq'
import { isKnown, isObject } from './job-data.js'

/** A job whose name is not known is offered again after this, in ms. */
const UNKNOWN_DELAY_MS = 5_000

/** A job is dead that no function was called for. */
export class UnknownJobError extends UnrecoverableError {}

/** Tells BullMQ what becomes of a job: by what it throws. */
export async function conclude(
  job: Job,
  token: string | undefined,
  verdict: Verdict,
  unknownTimeout: number,
): Promise<void> {
  // Whether there is another attempt is decided in `verdict`. And not to be able to store the success
  // of a job is a failure to BullMQ: it must not be the last one.
  job.opts.attempts = Number.MAX_SAFE_INTEGER
  job.opts.backoff = { type: 'fixed', delay: 1_000 }
  if (verdict.state === 'retry' || verdict.state === 'released') await forgetUnknown(job)
  switch (verdict.state) {
    case 'succeeded':
      return
    case 'retry':
      job.opts.backoff = { type: 'fixed', delay: Math.ceil(verdict.delay) }
      throw asError(verdict.error)
    case 'failed':
      throw forGood(asError(verdict.error))
    case 'released':
      await job.moveToWait(token)
      throw new WaitingError()
    case 'unknown':
      await postpone(job, token, unknownTimeout)
  }
}

/** Somebody knows it: after a roll back it has all its time again. */
async function forgetUnknown(job: Job): Promise<void> {
  if (!isObject(job.data) || job.data.unknownSince === undefined) return
  const { unknownSince, ...known } = job.data
  await job.updateData(known)
}

/** A rolling deploy: another worker may know it, or this one after its restart. */
async function postpone(
  job: Job,
  token: string | undefined,
  unknownTimeout: number,
): Promise<void> {
  const since = unknownSince(job)
  if (Date.now() - since >= unknownTimeout) {
    const what = isKnown(job.data) ? 'its name' : 'the version of its data'
    throw new UnknownJobError(`No worker knew ${what} for ${unknownTimeout} ms (unknownTimeout)`)
  }
  if (isObject(job.data) && job.data.unknownSince === undefined) {
    await job.updateData({ ...job.data, unknownSince: since })
  }
  const delay = Math.min(UNKNOWN_DELAY_MS, unknownTimeout)
  await job.moveToDelayed(Date.now() + delay, token)
  throw new DelayedError()
}

/** When a worker first did not know it, in ms since 1970. */
function unknownSince(job: Job): number {
  if (isObject(job.data)) return job.data.unknownSince ?? Date.now()
  // There is no place to remember it, in what somebody else has added.
  return job.timestamp + (job.opts.delay ?? 0)
}

/** BullMQ keeps the stack, and reads the message. */
function forGood(error: Error): UnrecoverableError {
  const last = new UnrecoverableError(error.message)
  if (error.stack !== undefined) last.stack = error.stack
  return last
}

/** PostgreSQL refuses both, and a failure that cannot be stored is none. */
function storable(text: string): string {
  return text.replaceAll('\0', '\\0').replace(/\p{Surrogate}/gu, '\ufffd')
}

/** A task may throw anything, and BullMQ reads what it has thrown. */
function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error && typeof thrown.message === 'string') {
      // A copy: one of these names would be an order to BullMQ.
      const { message, stack } = thrown
      return Object.assign(new Error(storable(message)), { stack: storable(String(stack)) })
    }
    return new Error(storable(String(thrown)))
  } catch {
    return new Error('(an error that cannot be printed)')
  }
}
