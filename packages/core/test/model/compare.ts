import type { Both } from './both.js'
import type { Clock } from './clock.js'
import { countsOf, isAborted } from './model-task.js'
import { check, same } from './violation.js'

/** That the runner is where the model is; at rest the loop has nothing left to do. */
export function compare(both: Both, clock: Clock, isAtRest: boolean): void {
  const { model, runner } = both
  for (const { run, model: task, signals, reports } of both.tasks) {
    const { id, state, attempts } = task
    const what = `task ${id}`
    same(run.state, state, states, what)
    same(run.attempt, attempts.length, states, `the attempt of ${what}`)
    same(run.error && codeOf(run.error), codes[state], states, `the error of ${what}`)
    const expected = state === 'failed' || state === 'timedOut' ? 1 : 0
    same(reports, expected, once, `how often the failure of ${what} was reported`)
    for (const [index, signal] of signals.entries()) {
      if (!signal) continue
      const why = signal.aborted ? reasonOf(signal) : undefined
      same(why, attempts[index]?.abortedBy, signalled, `what has aborted attempt ${index} of ${id}`)
    }
    task.node?.checkProgress(isAborted(task), isAtRest)
  }
  for (const { leaf, signal } of both.functions.running) {
    if (leaf && signal) same(signal.aborted, leaf.isAborted(), signalled, 'a signal in a list')
  }
  const { pending, slots, overdue, counts } = model
  const stats = { pending: pending.size, running: slots.size, overdue, ...counts }
  same(runner.stats, stats, adds, 'stats')
  const runs = new Set(['running', 'timedOut']) // out of time, and pending: its function runs
  const running = [...pending].filter(({ state }) => runs.has(state)).length
  same(runner.running().length, running, adds, 'the length of running()')
  for (const { tasks, model: lane } of both.responses) same(tasks.size, lane.size, adds, 'size')
  const stuck = clock.warnings.filter((code) => code === 'BG_OVERDUE').length
  same(stuck, model.warnings, adds, 'the number of warnings')
  same(both.events.counts, model.events, adds, 'what was told')
  compareDrains(both)
}

function compareDrains({ drains, tasks }: Both): void {
  for (const [index, { model, report, isSettled }] of drains.entries()) {
    const what = `drain ${index}`
    check(!report === !model.report, drained, () => {
      return `${what} has ${report ? '' : 'not '}ended, and in the model it has not the same`
    })
    same(isSettled, report !== undefined, drained, `whether settled() beside ${what} has resolved`)
    if (!report || !model.report) continue
    const abandoned = report.abandoned.map(
      (run) => tasks.find((task) => task.run === run)?.model.id,
    )
    const ids = model.abandoned.map(({ id }) => id)
    same(abandoned, ids, drained, `what ${what} has abandoned`)
    // What has timed out before it was abandoned is counted as that.
    const { abandoned: _, ...expected } = model.report
    const { abandoned: __, ok, ...counted } = report
    same(counted, expected, drained, `what ${what} has counted`)
    same(ok, ids.length === 0, drained, `whether ${what} is ok`)
  }
}

/** What is ready has started, as far as there are slots: asked when the loop has nothing to do. */
export function compareAtRest({ model, scenario }: Both): void {
  const ready = model.tasks.find(({ state }) => state === 'ready')
  if (!ready) return
  const { size } = model.slots
  check(size >= scenario.concurrency, starts, () => {
    return `task ${ready.id} does not start, and ${size} run`
  })
}

/** Nothing is left, when all functions have ended. */
export function compareAtEnd({ runner, model, tasks, functions }: Both, clock: Clock): void {
  same(model.pending.size, 0, left, 'what is pending in the model')
  same(functions.running.size, 0, left, 'what runs')
  same(runner.stats, { pending: 0, running: 0, overdue: 0, ...model.counts }, left, 'stats')
  same(clock.armed, 0, left, 'the number of timers')
  const settled = countsOf((state) => tasks.filter(({ run }) => run.state === state).length)
  same(model.counts, settled, once, 'how often a task was settled in each state')
  for (const { ends, model: task } of tasks) {
    const end = task.state === 'succeeded' ? 'resolved' : 'rejected'
    same(ends?.join(), end, once, `what the done of task ${task.id} has come to`)
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : 'its own'
}

const codes: Partial<Record<string, string>> = {
  failed: 'its own',
  timedOut: 'BG_TIMEOUT',
  cancelled: 'BG_CANCELLED',
  skipped: 'BG_SKIPPED',
  abandoned: 'BG_ABANDONED',
}

function reasonOf({ reason }: AbortSignal): string {
  if (reason === 'cancelled') return 'cancel'
  return (reason as { code?: unknown }).code === 'BG_TIMEOUT' ? 'timeout' : 'drain'
}

const states = 'a task is in the state that the model says'
const once = 'a task is settled once'
const signalled = 'signals are aborted when the model says so'
const adds = 'the counts add up'
const drained = 'a drain ends, and its report adds up'
const starts = 'what is ready starts once there is a slot, and nothing else does'
const left = 'nothing is left behind'
