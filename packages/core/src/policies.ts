import { AbortableContext, CallContext } from './call-context.js'
import { publish } from './channels.js'
import { isThenable } from './contain.js'
import { currentContext, enterInner } from './current-task.js'
import { TimeoutError } from './errors.js'
import { onAbort } from './on-abort.js'
import type { TaskOptions } from './options.js'
import { nextAfter } from './retry.js'
import { limitOf, startPatientTimer, startTimer } from './timer.js'

/** What is called: a Task, or the list of a Tasks. */
interface Callable {
  readonly name: string
  readonly func: unknown
  readonly options: Readonly<TaskOptions>
  call(): unknown
}

/**
 * Calls a Task where no runner does, and waits for it, with those of its policies that need none:
 * timeout, retries and signal.
 */
export async function callTask({ name, func, options, call }: Callable): Promise<void> {
  const parent = currentContext()
  const { timeout = false, retries = 0, signal } = options
  if (timeout === false && retries === 0 && !signal) {
    await enterInner(new CallContext(name, parent, func), call, [])
    return
  }
  if (signal?.aborted) throw signal.reason
  const context = new AbortableContext(name, parent, func)
  context.retries = retries
  const unfollow = signal && onAbort(signal, () => context.abort(signal.reason))
  try {
    await attempts(context, call, limitOf(timeout), retries, signal)
  } finally {
    unfollow?.()
    context.end()
  }
}

async function attempts(
  context: AbortableContext,
  call: () => unknown,
  timeout: number,
  retries: NonNullable<TaskOptions['retries']>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    const { attempt } = context
    try {
      // Inside of a list nothing outlives the call, and another attempt never runs beside this one:
      // only then is it waited for past its time.
      const waits = context.depth > 0 || context.mayRetry
      await inTime(context, call, timeout, waits)
      return
    } catch (thrown) {
      if (signal?.aborted || context.parent?.abortion) throw thrown
      const { error, delay } = nextAfter(retries, attempt, thrown)
      if (delay === undefined) throw error
      publish('task.retried', { task: context, attempt, error, delay })
      context.nextAttempt()
      if (signal?.aborted) throw signal.reason // by `retryIf` or a subscriber
      await sleep(delay, context.signal)
    }
  }
}

/** One attempt, which at its deadline is told to end; then its error is a TimeoutError. */
async function inTime(
  context: AbortableContext,
  call: () => unknown,
  timeout: number,
  waits: boolean,
): Promise<void> {
  let started = performance.now()
  const result = enterInner(context, call, [])
  if (!isThenable(result)) return
  let error: TimeoutError | undefined
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const begin = (start: typeof startTimer) => {
      const left = Math.max(0, timeout - (performance.now() - started))
      // Somebody waits for it, so it keeps the process alive.
      timer = start(() => {
        if (!timer) return // it has ended
        error = new TimeoutError(context.name, timeout)
        const { attempt } = context
        publish('task.timedOut', { task: context, attempt, reason: 'timeout', error })
        context.abort(error)
        if (!waits) reject(error)
      }, left)?.ref()
    }
    if (!context.held) begin(startTimer)
    else {
      context.held.begin = (at) => {
        started = at
        begin(startPatientTimer) // it may have ended elsewhere: its answer is read first
      }
    }
  })
  try {
    await Promise.race([result, late])
  } catch (thrown) {
    throw error ?? thrown
  } finally {
    context.held = undefined
    clearTimeout(timer)
    timer = undefined
  }
  if (error) throw error
}

/** @throws the reason of the signal, once that is aborted. */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = startTimer(wake, ms)?.ref()
    function wake(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    if (signal.aborted) wake()
    else signal.addEventListener('abort', wake)
  })
  signal.throwIfAborted()
}
