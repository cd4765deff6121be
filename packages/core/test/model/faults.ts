import type { Edit } from './faulty-core.js'

/** What might go wrong in a runner, by hand: the model has to notice each. */
export const faults: Record<string, readonly Edit[]> = {
  'the slot is free at the timeout': [
    edit('lifecycle', 'this.overdue += 1', 'this.overdue += 1\nthis.turns.taken -= 1'),
    edit(
      'lifecycle',
      'const isOurs = this.turns.enter()\n    this.turns.taken -= 1',
      'const isOurs = this.turns.enter()\n    if (!run.extras?.timeout) this.turns.taken -= 1',
    ),
  ],
  'the slot of what throws at once is kept': [
    edit(
      'lifecycle',
      'this.turns.taken -= 1\n      this.#ended(run, true, error)',
      'this.#ended(run, true, error)',
    ),
  ],
  'what is tracked takes a slot': [
    edit(
      'lifecycle',
      'run.begin(performance.now())',
      'run.begin(performance.now())\nthis.turns.taken += 1',
    ),
  ],
  'nobody looks at what is ready when a slot is free': [
    edit('lifecycle', 'if (isOurs) this.turns.leave()', ''),
  ],
  'one more than `concurrency` starts': [
    edit('turns', 'while (this.taken < concurrency)', 'while (this.taken <= concurrency)'),
  ],
  'what came last starts first': [
    edit(
      'turns',
      'this.#ready.append(this.#fresh)',
      'this.#fresh.append(this.#ready)\nthis.#ready.append(this.#fresh)',
    ),
  ],
  'what has timed out is settled again when it ends': [
    edit('lifecycle', 'if (run.isSettled) this.ledger.free(run)\n    else if', 'if'),
  ],
  'the done of what was settled before anybody asked never settles': [
    edit('run', 'if (this.isSettled) this.#done.settle', 'if (false) this.#done.settle'),
  ],
  'the done of what has failed resolves': [
    edit('done', "state === 'succeeded' ? resolve() : reject(error)", 'resolve()'),
  ],
  'what was cancelled is not told of': [
    edit('cancellation', "publish('task.cancelled', { task: run, reason })", ''),
  ],
  'a retry starts while the attempt before it runs': [
    edit('lifecycle', 'else run.lane.overdue(run)', "else this.#goOn(run, 'timedOut', next)"),
  ],
  'there is one attempt too many': [
    edit('retry', 'attempt >= attemptsOf(retries)', 'attempt > attemptsOf(retries)'),
  ],
  'the delay of a retry grows too soon': [
    edit('retry', 'factor ** (attempt - 1)', 'factor ** attempt'),
  ],
  'a retry may be skipped': [
    edit('lifecycle', 'reason = run.attempt === 1 ? run.skip', 'reason = true ? run.skip'),
  ],
  'what was cancelled while it was ready starts': [
    edit('run-queue', 'if (!run.isSettled) return run', 'return run'),
  ],
  'a queue forgets tasks when many were cancelled': [
    edit('run-queue', 'if (!run.isSettled) this.push(run)', 'if (run.isSettled) this.push(run)'),
  ],
  'what runs is settled when it is cancelled': [
    edit('cancellation', "run.set('cancellation', { reason: why })", 'this.#settle(run, why)'),
  ],
  'what was cancelled and ends well has succeeded': [
    edit(
      'lifecycle',
      'else if (this.cancellation.end(run)) return',
      'else if (hasFailed && this.cancellation.end(run)) return',
    ),
  ],
  'what was cancelled is tried again': [
    edit('lifecycle', 'retries === 0 || run.extras?.cancellation', 'retries === 0'),
    edit(
      'lifecycle',
      'else if (this.cancellation.end(run)) return',
      'else if (!hasFailed && this.cancellation.end(run)) return',
    ),
    edit('lifecycle', 'if (this.cancellation.end(run)) return // by `retryIf`', ''),
    edit('lifecycle', 'if (this.cancellation.end(run)) return // by a subscriber', ''),
  ],
  'a signal that was aborted before is not heeded': [
    edit('cancellation', 'if (signal.aborted) cancel()', 'if (signal.aborted) return'),
  ],
  'the next of the response waits for the function, and not for the timeout': [
    edit('lifecycle', 'else run.lane.overdue(run)', ''),
  ],
  'a response that runs as a group runs in order': [
    edit('response-lane', 'this.asGroup || !this.#current', '!this.#current'),
  ],
  'a response that runs in order runs as a group': [
    edit('response-lane', 'this.asGroup || !this.#current', 'true'),
  ],
  "a timeout does not stop a response under 'stop'": [
    edit(
      'response-lane',
      "run.state === 'failed' || run.state === 'timedOut'",
      "run.state === 'failed'",
    ),
  ],
  'what has timed out is no longer pending': [
    edit('ledger', 'const hasEnded = !run.extras?.timeout', 'const hasEnded = true'),
  ],
  'what has ended after its timeout is still overdue': [edit('lifecycle', 'this.overdue -= 1', '')],
  'what is freed twice is counted twice': [
    edit('pending-runs', 'if (!run.earlier && run !== this.#first) return', ''),
  ],
  'maxPending lets one too many in': [
    edit('task-runner', 'pending.size >= maxPending', 'pending.size > maxPending'),
  ],
  'the timer of queueTimeout runs on after the start': [
    edit(
      'deadlines',
      'stopTimer(run)\n    const timeout = run.options',
      'const timeout = run.options',
    ),
  ],
  'the timer of a timeout runs on after the end': [
    edit(
      'lifecycle',
      'stopTimer(run)\n    const timeout = run.extras',
      'const timeout = run.extras',
    ),
  ],
  'the timeout of an attempt counts from its last synchronous step': [
    edit('deadlines', 'timeout - (performance.now() - began)', 'timeout'),
  ],
  'the signal of an attempt is that of the one before': [
    edit('context', 'controller: undefined,\n      abortion: undefined,', ''),
  ],
  'settled() resolves when something is settled': [
    edit('ledger', 'this.pending.size > 0 || this.#whenIdle', 'this.#whenIdle'),
  ],
  'a drain waits for what is pending at its start': [
    edit(
      'drain',
      'await Promise.race([ledger.idle(), ended])',
      '{ await Promise.allSettled([...ledger.pending].map((run) => run.done)); break }',
    ),
  ],
  'a drain lets retries wait': [edit('drain', 'this.#hurry()\n\n', '')],
  'a retry of what fails in a drain waits': [
    edit('lifecycle', 'this.isHurried ? Math.min(delay, HURRIED_MS) : delay', 'delay'),
  ],
  'retries are hurried for ever after a drain': [
    edit('drain', 'lifecycle.isHurried = false', 'void 0'),
  ],
  'signals are aborted for ever after a drain': [
    edit('drain', 'lifecycle.abortion = undefined', 'void 0'),
  ],
  'a short drain aborts the signals at once': [edit('drain', 'timeout / 2', '0')],
  'what fails in the last seconds of a drain is tried again': [
    edit('lifecycle', 'delay === undefined || this.abortion', 'delay === undefined'),
  ],
  'what starts in the last seconds of a drain is not aborted': [
    edit('lifecycle', 'if (this.abortion) run.abort(this.abortion.reason)', ''),
  ],
  'a drain reports only what it has abandoned itself': [
    edit(
      'drain',
      'for (const abandoned of this.#underWay) for (const run of states.keys()) abandoned.push(run)',
      'const [first] = this.#underWay\nfor (const run of states.keys()) first?.push(run)',
    ),
  ],
  'a drain does not give up what is out of time': [
    edit('drain', 'ledger.free(run) // also', 'if (!run.extras?.timeout) ledger.free(run) // also'),
  ],
  'the timers of a drain run on': [edit('drain', 'clearTimeout(deadline)', '')],
  'a group ignores its concurrency': [edit('group', 'running < concurrency && next', 'next')],
  'a group starts more after a failure': [
    edit('tasks', 'isStopped: () => context.abortion !== undefined', 'isStopped: () => false'),
  ],
  'a list in order goes on after a failure': [
    edit('tasks', "if (this.onFailure === 'stop') throw error", ''),
  ],
  'a list goes on when its task is told to stop': [
    edit('tasks', 'if (context.abortion) return withoutAbortion(context, errors)', ''),
  ],
  'the signal of a group does not follow that of its task': [
    edit('call-context', 'this.parent.adopt(this)', 'void 0'),
  ],
}

function edit(file: string, find: string, replace: string): Edit {
  return { file, find, replace }
}
